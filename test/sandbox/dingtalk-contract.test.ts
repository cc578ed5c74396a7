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
async function getAccessToken(clientSecret: string): Promise<string> {
  const { appKey: clientId, proxy, ca } = it.sandbox.addresses;
  const script = `
    import { DWClient } from 'dingtalk-stream';
    const client = new DWClient(${JSON.stringify({ clientId, clientSecret })});
    const token = await client.getAccessToken().catch((error) => 'refused: ' + error.message);
    process.stdout.write(token);
    process.exit(0);`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    // Lower-case names win over upper-case ones where a machine has both.
    { env: { PATH: process.env.PATH, https_proxy: proxy, NODE_EXTRA_CA_CERTS: ca } },
  );
  return stdout;
}

test('the Stream SDK gets the same token as everybody else with this app', async () => {
  expect(await getAccessToken(it.sandbox.addresses.appSecret)).toBe(it.token);
  const { entries } = await it.control('GET', '/log?side=dingtalk&interface=gettoken');
  expect(entries.at(-1)).toMatchObject({ egress: '198.51.100.7', code: '0' });
});

test('the Stream SDK takes our refusal of a wrong secret for a refusal', async () => {
  expect(await getAccessToken('wrong')).toBe('refused: getAccessToken: get access_token failed');
});
