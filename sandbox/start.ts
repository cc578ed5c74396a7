/** Starts the whole sandbox in this process: both vendors over HTTPS, the egress proxies, the control API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DEFAULT_POOL } from './authing/vendor.ts';
import { loadCertificates } from './certificates.ts';
import type { Certificates } from './certificates.ts';
import { egressOf, makeCompany } from './companies.ts';
import { controlRoutes } from './control.ts';
import { createControlServer } from './control-server.ts';
import type { GeneratorOptions } from './dingtalk/generator-options.ts';
import type { Planted } from './dingtalk/planted.ts';
import { limitSwitches } from './dingtalk/switches.ts';
import { createFrame, restoreVendors, saveAll } from './frame.ts';
import type { Frame, KeptFrame, PortName } from './frame.ts';
import { listenOn } from './listening.ts';
import { startProxy } from './proxy.ts';
import { openStorage } from './storage.ts';
import { serveStream } from './stream-server.ts';
import { createVendorServer } from './vendor-server.ts';

export interface SandboxOptions {
  /** Where state, keys and ports are kept; a temporary directory, gone at the end, when left out. */
  data?: string;
  /** Forget what is kept there. */
  fresh?: boolean;
  /** A generated company in place of the example. */
  generator?: GeneratorOptions;
  /** DingTalk's own, or none; as they were when left out. */
  limits?: 'vendor' | 'none';
  /** First of four ports to try; any free ones when left out. */
  portBase?: number;
  /** Decides chance: random orders, rates of faults. */
  seed?: number;
  progress?: (line: string) => void;
}

/** What a client needs to know; `main.ts` prints it as its one line on stdout. */
export interface SandboxAddresses {
  oapi: string;
  api: string;
  proxy: string;
  authing: string;
  control: string;
  dingtalkDirect: string;
  /** File with the authority's certificate. */
  ca: string;
  corpId: string;
  appKey: string;
  appSecret: string;
  accessKeyId: string;
  accessKeySecret: string;
  organizationName: string;
}

export interface Sandbox extends Frame {
  addresses: SandboxAddresses;
  /** The authority's certificate in PEM form. */
  caPem: string;
  /** Bad records of the generated company; empty after a restart. */
  planted: Planted[];
  stop(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const progress = options.progress ?? ((): void => undefined);
  const temporary = options.data === undefined;
  const directory = resolve(options.data ?? mkdtempSync(join(tmpdir(), 'sandbox-')));
  const storage = openStorage(directory, options.fresh === true);
  const certificates = await loadCertificates(directory);
  const ca = join(directory, 'ca.pem');
  writeFileSync(ca, certificates.ca);

  const kept = storage.read('frame') as KeptFrame | undefined;
  const { limits, seed = 1 } = options;
  const frame = createFrame({ seed, storage: temporary ? null : storage }, kept);
  const found = restoreVendors(frame, storage);
  // A restart keeps its limits unless it is told others.
  if (limits) frame.dingtalk.configure(limitSwitches(limits));
  const planted = found ? [] : fillFirst(frame, options);
  progress(found ? `found the data in ${directory}` : `made the company in ${directory}`);
  const servers = createServers(frame, certificates);
  await listenAll(frame, servers, { kept, portBase: options.portBase ?? 0 });
  for (const part of ['dingtalk', 'authing', 'frame'] as const) frame.changed(part);

  return {
    ...frame,
    addresses: addressesOf(frame, ca),
    caPem: certificates.ca,
    planted,
    async stop() {
      frame.clock.stop();
      for (const proxy of frame.proxies.values()) await proxy.stop();
      for (const server of Object.values(servers)) await close(server);
      if (temporary) rmSync(directory, { recursive: true, force: true });
      else saveAll(frame, storage);
    },
  };
}

function fillFirst(frame: Frame, { generator }: SandboxOptions): Planted[] {
  const request = { number: 1, now: frame.clock.now(), ...(generator ? { generator } : {}) };
  const made = makeCompany(request);
  frame.dingtalk.addCompany(made.data);
  return made.planted;
}

type Servers = Record<PortName, Server & { closeAllConnections(): void }>;

/** Also gives the frame its way to open proxies. */
function createServers(frame: Frame, certificates: Certificates): Servers {
  const { faults, log, ports } = frame;
  const egressByPort = new Map<number, string>();
  const parts = { certificates, faults, log, egressByPort };
  frame.openProxy = async (settings, port = 0) => {
    const portOf = (target: string): number | null => portBehind(target, ports);
    const proxy = await startProxy(settings, { faults, log, egressByPort, portOf }, port);
    frame.proxies.set(proxy.id, proxy);
    frame.changed('frame');
    return proxy;
  };
  const dingtalk = { vendor: frame.dingtalk, changed: () => frame.changed('dingtalk') };
  const authing = { vendor: frame.authing, changed: () => frame.changed('authing') };
  const vendor = createVendorServer({ ...parts, ...dingtalk });
  serveStream(vendor, { core: frame.dingtalk.core, log, egressByPort });
  return {
    dingtalk: vendor,
    authing: createVendorServer({ ...parts, ...authing }),
    control: createControlServer(controlRoutes(frame)),
  };
}

/** The hosts a proxy may reach; everything else gets 403. */
function portBehind(target: string, ports: Frame['ports']): number | null {
  switch (target.toLowerCase()) {
    case 'oapi.dingtalk.com:443':
    case 'api.dingtalk.com:443':
    case 'wss-open-connection.dingtalk.com:443':
      return ports.dingtalk;
    case 'api.authing.cn:443':
    case 'core.authing.cn:443':
    case `127.0.0.1:${ports.authing}`:
    case `localhost:${ports.authing}`:
      return ports.authing;
    default:
      return null;
  }
}

async function listenAll(
  frame: Frame,
  servers: Servers,
  { kept, portBase }: { kept: KeptFrame | undefined; portBase: number },
): Promise<void> {
  const wished = (index: number): number => (portBase > 0 ? portBase + index : 0);
  for (const [index, name] of (['dingtalk', 'authing', 'control'] as const).entries()) {
    frame.ports[name] = await listenOn(servers[name], kept?.ports[name] ?? wished(index));
  }
  const proxies = kept?.proxies ?? [{ egress: egressOf(1), port: wished(3) }];
  for (const { port, ...settings } of proxies) await frame.openProxy(settings, port);
}

function addressesOf(frame: Frame, ca: string): SandboxAddresses {
  const [company] = frame.dingtalk.core.companies.values();
  const [proxy] = frame.proxies.values();
  const app = company?.apps[0];
  if (!company || !proxy || !app) throw new Error('the sandbox has no company');
  const { ports } = frame;
  return {
    oapi: 'https://oapi.dingtalk.com',
    api: 'https://api.dingtalk.com',
    proxy: proxy.url,
    authing: `https://127.0.0.1:${ports.authing}`,
    control: `http://127.0.0.1:${ports.control}`,
    dingtalkDirect: `https://127.0.0.1:${ports.dingtalk}`,
    ca,
    corpId: company.corpId,
    appKey: app.appKey,
    appSecret: app.appSecret,
    accessKeyId: DEFAULT_POOL.id,
    accessKeySecret: DEFAULT_POOL.secret,
    organizationName: company.name,
  };
}

function close(server: Servers[PortName]): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
