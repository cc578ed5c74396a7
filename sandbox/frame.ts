/** The parts of a running sandbox that are no network: vendors, clock, faults, log, and what is kept of them. */
import { createAuthing } from './authing/vendor.ts';
import type { Authing } from './authing/vendor.ts';
import { authingFaults } from './authing-faults.ts';
import { createClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createDingTalk } from './dingtalk/dingtalk.ts';
import type { DingTalk } from './dingtalk/dingtalk.ts';
import { createFaults } from './faults.ts';
import type { Vendor } from './exchange.ts';
import type { Faults } from './faults.ts';
import { createPost } from './post.ts';
import type { Proxy, ProxySettings } from './proxy.ts';
import { seededRandom } from './random.ts';
import { createRequestLog } from './request-log.ts';
import type { RequestLog } from './request-log.ts';
import { createSaver } from './storage.ts';
import type { Saver, Storage } from './storage.ts';

export type Part = 'dingtalk' | 'authing' | 'frame';
export type PortName = 'dingtalk' | 'authing' | 'control';

export interface Frame {
  clock: Clock;
  dingtalk: DingTalk;
  authing: Authing;
  faults: Faults;
  log: RequestLog;
  proxies: Map<number, Proxy>;
  ports: Record<PortName, number>;
  /** Opens a further proxy; on a free port unless told. */
  openProxy(settings: ProxySettings, port?: number): Promise<Proxy>;
  /** The part changed; it is written soon. */
  changed(part: Part): void;
}

/** What the frame keeps beside the two vendors' states. */
export interface KeptFrame {
  ports: Record<PortName, number>;
  clockAheadMs: number;
  settings?: Record<'dingtalk' | 'authing', Record<string, unknown>>;
  proxies: (ProxySettings & { port: number })[];
}

export interface FrameOptions {
  /** Decides chance. */
  seed: number;
  /** Null keeps nothing. */
  storage: Storage | null;
}

/** A frame without its network; `openProxy` is given by who starts it. */
export function createFrame(options: FrameOptions, kept: KeptFrame | undefined): Frame {
  const { seed, storage } = options;
  const random = seededRandom(seed);
  const next = (): number => random.next();
  const clock = createClock(kept?.clockAheadMs);
  const ports = { dingtalk: 0, authing: 0, control: 0 };
  const port = (): number => ports.dingtalk;
  const dingtalk = createDingTalk({ clock, random: next, post: createPost(), port });
  const authing = createAuthing({ now: () => clock.now(), random: next });
  authing.ownFaults = authingFaults(authing);
  for (const vendor of [dingtalk, authing]) takeUp(vendor, kept?.settings?.[vendor.side] ?? {});
  const savers = new Map<Part, Saver>();
  const frame: Frame = {
    clock,
    dingtalk,
    authing,
    faults: createFaults(next),
    log: createRequestLog(),
    proxies: new Map(),
    ports,
    openProxy: () => Promise.reject(new Error('the sandbox has not started')),
    changed: (part) => savers.get(part)?.changed(),
  };
  if (storage) {
    savers.set(
      'dingtalk',
      createSaver(() => storage.write('dingtalk', dingtalk.snapshot())),
    );
    savers.set(
      'authing',
      createSaver(() => storage.write('authing', authing.snapshot())),
    );
    savers.set(
      'frame',
      createSaver(() => storage.write('frame', keptFrame(frame))),
    );
  }
  return frame;
}

/** A setting kept by another version of the sandbox may be none any more; then its default stands. */
function takeUp(vendor: Vendor, settings: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(settings)) {
    try {
      vendor.configure({ [name]: value });
    } catch {
      continue;
    }
  }
}

/** Takes up what was kept of the vendors; false when there was nothing. */
export function restoreVendors(frame: Frame, storage: Storage): boolean {
  const dingtalk = storage.read('dingtalk');
  if (dingtalk === undefined) return false;
  frame.dingtalk.restore(dingtalk);
  const authing = storage.read('authing');
  if (authing !== undefined) frame.authing.restore(authing);
  return true;
}

/** Writes everything now, for the end of the process. */
export function saveAll(frame: Frame, storage: Storage): void {
  storage.write('dingtalk', frame.dingtalk.snapshot());
  storage.write('authing', frame.authing.snapshot());
  storage.write('frame', keptFrame(frame));
}

function keptFrame(frame: Frame): KeptFrame {
  return {
    ports: frame.ports,
    clockAheadMs: frame.clock.ahead(),
    settings: { dingtalk: frame.dingtalk.settings(), authing: frame.authing.settings() },
    proxies: [...frame.proxies.values()].map(({ egress, user, password, port }) => ({
      egress,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      port,
    })),
  };
}
