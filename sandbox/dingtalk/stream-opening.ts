/** `v1.0/gateway/connections/open`: an app shows key and secret, and gets an endpoint with a ticket. */
import type { SandboxReply, SandboxRequest } from '../exchange.ts';
import type { Core } from './core.ts';
import { findApp } from './credentials.ts';
import { toReply } from './envelope.ts';
import type { Host } from './gateway.ts';

const PATH = '/v1.0/gateway/connections/open';
/** PROTO; it exists behind the proxy only. */
const ENDPOINT = 'wss://wss-open-connection.dingtalk.com:443/connect';

/** The answer to an opening; null for any other request. No token is asked for, and as with tokens no address is checked. */
export function streamOpening(
  core: Core,
  request: SandboxRequest,
  host: Host,
): SandboxReply | null {
  if (request.path !== PATH || host !== 'api') return null;
  const { clientId, clientSecret } = request.body ?? {};
  const found = typeof clientId === 'string' ? findApp(core.companies, clientId) : null;
  if (!found || found.app.appSecret !== clientSecret || !found.app.enabled) {
    const status = Number(core.switches.streamRefusal);
    const message = '无效的clientId或者clientSecret';
    return toReply({ kind: 'new', status, code: 'authFailed', message }, core.switches);
  }
  const { app } = found;
  const direct = core.switches.streamEndpoint === 'direct';
  const endpoint = direct ? `wss://127.0.0.1:${core.port()}/connect` : ENDPOINT;
  const ticket = core.stream.ticket(app.appKey);
  return { body: { endpoint, ticket }, code: '0', app: app.appKey };
}
