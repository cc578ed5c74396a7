/** A sandbox in the test's own process, with clients for its vendors and for its control API. */
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/start.ts';
import { openTunnel } from './tunnel.ts';
import type { Tunnel, TunnelReply, TunnelRequest } from './tunnel.ts';

// Replies are JSON, which tests look into by field.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Running {
  sandbox: Sandbox;
  tunnel: Tunnel;
  token: string;
  /** A call to DingTalk's old interface through the first proxy. */
  dingtalk(path: string, body?: Record<string, unknown>): Promise<Json>;
  send(path: string, more?: Partial<TunnelRequest>): Promise<TunnelReply>;
  /** A call to the control API; fails on anything but 200. */
  control(method: string, path: string, body?: unknown): Promise<Json>;
  /** Status and sentence of a control call that has to be refused. */
  refused(method: string, path: string, body?: unknown): Promise<[number, string]>;
  stop(): Promise<void>;
}

export async function run(options: SandboxOptions = {}): Promise<Running> {
  const sandbox = await startSandbox(options);
  const { addresses, caPem } = sandbox;
  const tunnel = openTunnel(addresses.proxy, caPem);

  async function ask(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${addresses.control}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  const it: Running = {
    sandbox,
    tunnel,
    token: '',
    send: (path, more = {}) => {
      const query = path.includes('?') ? '' : `?access_token=${it.token}`;
      return tunnel.send({ path: `${path}${query}`, ...more });
    },
    async dingtalk(path, body) {
      return (await it.send(path, body ? { body } : {})).json();
    },
    async control(method, path, body) {
      const reply = await ask(method, path, body);
      const json = (await reply.json()) as Json;
      if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${json.error}`);
      return json;
    },
    async refused(method, path, body) {
      const reply = await ask(method, path, body);
      return [reply.status, ((await reply.json()) as Json).error];
    },
    async stop() {
      tunnel.close();
      await sandbox.stop();
    },
  };
  it.token = await getToken(tunnel, addresses);
  return it;
}

export async function getToken(
  tunnel: Tunnel,
  { appKey, appSecret }: { appKey: string; appSecret: string },
): Promise<string> {
  const path = `/gettoken?appkey=${appKey}&appsecret=${appSecret}`;
  const reply = (await tunnel.send({ path })).json();
  return String(reply.access_token);
}
