/** A client that DingTalk publishes against the simulated DingTalk, so that we do not only agree with ourselves. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from './running.ts';
import type { Running } from './running.ts';

let it: Running;
beforeAll(async () => {
  it = await run();
});
afterAll(() => it.stop());

/** The client has its addresses built in, so it runs in a process whose environment names proxy and authority. */
async function clientSays(script: string, clientSecret: string): Promise<string> {
  const { appKey: clientId, proxy, ca } = it.sandbox.addresses;
  const begin = `
    import { DWClient } from 'dingtalk-stream';
    const client = new DWClient(${JSON.stringify({ clientId, clientSecret })});`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', begin + script],
    // Lower-case names win over upper-case ones where a machine has both.
    { env: { PATH: process.env.PATH, https_proxy: proxy, NODE_EXTRA_CA_CERTS: ca } },
  );
  return stdout;
}

const getAccessToken = (clientSecret: string): Promise<string> =>
  clientSays(
    `
    const token = await client.getAccessToken().catch((error) => 'refused: ' + error.message);
    process.stdout.write(token);
    process.exit(0);`,
    clientSecret,
  );

test('the Stream SDK gets the same token as everybody else with this app', async () => {
  expect(await getAccessToken(it.sandbox.addresses.appSecret)).toBe(it.token);
  const { entries } = await it.control('GET', '/log?side=dingtalk&interface=gettoken');
  expect(entries.at(-1)).toMatchObject({ egress: '198.51.100.7', code: '0' });
});

test('the Stream SDK takes our refusal of a wrong secret for a refusal', async () => {
  expect(await getAccessToken('wrong')).toBe('refused: getAccessToken: get access_token failed');
});

test('the Stream SDK connects to the gateway, receives a push and acknowledges it', async () => {
  // Its WebSocket uses no proxy, so the gateway has to send it to this machine.
  await it.control('PUT', '/settings/dingtalk', { streamEndpoint: 'direct' });
  const listening = clientSays(
    `
    client.registerAllEventListener(({ headers, data }) => {
      process.stdout.write(JSON.stringify({ headers, data }));
      setTimeout(() => process.exit(0), 100);
      return { status: 'SUCCESS' };
    });
    await client.connect();`,
    it.sandbox.addresses.appSecret,
  );
  const { stream, events } = it.sandbox.dingtalk.core;
  await expect.poll(() => stream.connections().length, { timeout: 20_000 }).toBe(1);
  const change = { do: 'renameDepartment', id: 300000002, name: '商务部' };
  await it.control('POST', '/dingtalk/changes', { changes: [change] });
  // The SDK writes a line of its own before.
  const [, received = '{}'] = /(\{.*\})/.exec(await listening) ?? [];
  const { headers, data } = JSON.parse(received) as { headers: object; data: string };
  expect(headers).toMatchObject({ eventType: 'org_dept_modify', topic: '*' });
  expect(JSON.parse(data)).toEqual({ deptId: [300000002] });
  await events.idle();
  const { events: sent } = await it.control('GET', '/dingtalk/events');
  expect(sent.at(-1).pushes).toMatchObject([{ way: 'stream', fault: null }]);
});
