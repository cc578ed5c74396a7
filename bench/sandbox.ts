/** Measures how many calls a second the sandbox answers, over HTTPS and its proxy, on one core of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTransport } from '../connectors/transport.ts';
import type { Transport } from '../connectors/transport.ts';
import type { SandboxFacts } from '../cli/demo-company.ts';

const WIDTH = 32;
const SECONDS = 6;
const WARM_SECONDS = 3;

/** Pins a process to a core where the machine can (Linux); elsewhere it runs as it is. */
function pinned(core: number, file: string, args: string[]): [string, string[]] {
  if (process.platform !== 'linux') return [file, args];
  return ['taskset', ['-c', String(core), file, ...args]];
}

async function rate(
  transports: Transport[],
  call: (transport: Transport) => Promise<unknown>,
): Promise<number> {
  const run = async (seconds: number): Promise<number> => {
    const end = performance.now() + seconds * 1000;
    let done = 0;
    await Promise.all(
      transports.flatMap((transport) =>
        Array.from({ length: WIDTH / transports.length }, async () => {
          while (performance.now() < end) {
            await call(transport);
            done++;
          }
        }),
      ),
    );
    return done / seconds;
  };
  await run(WARM_SECONDS);
  return Math.round(await run(SECONDS));
}

/** Calls a second by interface, with so many people in memory. */
export async function benchSandbox(people: number): Promise<Record<string, unknown>> {
  const data = mkdtempSync(join(tmpdir(), 'orgsync-bench-'));
  const company = ['--people', String(people), '--departments', String(Math.round(people / 50))];
  const args = [
    'engines/ready.mjs',
    'sandbox/main.ts',
    '--data',
    data,
    '--limits',
    'none',
    ...company,
  ];
  const [file, all] = pinned(0, process.execPath, [...args, '--with-parent']);
  const child = spawn(file, all, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((resolve) => lines.once('line', resolve));
  const { ready: facts } = JSON.parse(line) as { ready: SandboxFacts };
  const ca = readFileSync(facts.ca, 'utf8');
  const source = createTransport({ side: 'source', proxy: facts.proxy, ca });
  const target = createTransport({ side: 'target', proxy: 'none', ca });
  try {
    return { bench: 'sandbox', people, ...(await measure(facts, source, target)) };
  } finally {
    source.close();
    target.close();
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(data, { recursive: true, force: true });
  }
}

async function measure(facts: SandboxFacts, source: Transport, target: Transport) {
  const { appKey: appkey, appSecret: appsecret } = facts;
  const got = await source.send({
    method: 'GET',
    url: `${facts.oapi}/gettoken`,
    query: { appkey, appsecret },
    name: 'gettoken',
  });
  const { access_token } = got.json as { access_token: string };
  const old = (path: string, body: unknown) => (transport: Transport) =>
    transport.send({
      method: 'POST',
      url: `${facts.oapi}/${path}`,
      query: { access_token },
      body,
      name: path,
    });
  const token = await target.send({
    method: 'POST',
    url: `${facts.authing}/api/v3/get-management-token`,
    body: { accessKeyId: facts.accessKeyId, accessKeySecret: facts.accessKeySecret },
    name: 'get-management-token',
  });
  const { data } = token.json as { data: { access_token: string } };
  const headers = {
    authorization: `Bearer ${data.access_token}`,
    'x-authing-userpool-id': facts.accessKeyId,
  };
  const organizations = (transport: Transport) =>
    transport.send({
      method: 'GET',
      url: `${facts.authing}/api/v3/list-organizations`,
      query: { page: '1', limit: '10' },
      headers,
      name: 'list-organizations',
    });
  return {
    callsPerSecond: {
      'department/listsub': await rate(
        [source],
        old('topapi/v2/department/listsub', { dept_id: 1 }),
      ),
      'user/list': await rate(
        [source],
        old('topapi/v2/user/list', { dept_id: 1, cursor: 0, size: 100 }),
      ),
      'list-organizations': await rate([target], organizations),
    },
  };
}
