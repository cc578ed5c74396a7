/** Pushes by HTTP: sealed once, tried three times, and then left to the failed list. */
import type { Clock } from '../clock.ts';
import { httpPayload } from './book-events.ts';
import type { SentEvent } from './book-events.ts';
import { faultOf, seal } from './callback-crypto.ts';
import type { Sealed } from './callback-crypto.ts';
import type { App, Callback } from './company.ts';
import type { FailedList } from './failed-list.ts';
import type { Switches } from './switches.ts';

/** How the vendor reaches an address: the answer, or a rejection when there is none in time. */
export type Post = (
  url: string,
  body: string,
  deadlineMs: number,
) => Promise<{ status: number; body: string }>;

/** KB:develop-stream-mode-push-server; older pages say 1,500 ms. */
const DEADLINE_MS = 2_500;
/** KB:obtain-the-event-list-of-failed-push-messages: two retries. */
const RETRIES_MS = [10_000, 30_000];

export interface DeliveryParts {
  clock: Clock;
  switches: Switches;
  post: Post;
  failed: FailedList;
  /** Does the work when so much of the vendor's time has passed. */
  again(waitMs: number, work: () => Promise<void>): void;
}

/** The first attempt; the others follow by themselves, with the same bytes. */
export async function deliver(parts: DeliveryParts, app: App, event: SentEvent): Promise<void> {
  if (!app.callback?.tags.includes(event.type)) return;
  const payload = httpPayload(event, parts.switches);
  await attempt(parts, app, event, sealFor(app.callback, payload, event.at, parts.switches), 0);
}

async function attempt(
  parts: DeliveryParts,
  app: App,
  event: SentEvent,
  message: Sealed,
  tries: number,
): Promise<void> {
  const { callback, appKey } = app;
  if (!callback) return;
  const fault = await knock(parts, callback, message);
  event.pushes.push({ way: 'callback', appKey, at: parts.clock.now(), fault });
  if (fault === null) return;
  const waitMs = RETRIES_MS[tries];
  if (waitMs === undefined) parts.failed.add(appKey, event, parts.clock.now());
  else parts.again(waitMs, () => attempt(parts, app, event, message, tries + 1));
}

/** @param at milliseconds since 1970, what the query's timestamp says */
export function sealFor(
  callback: Callback,
  payload: string,
  at: number,
  switches: Switches,
): Sealed {
  const time = switches.callbackTime === 'seconds' ? Math.floor(at / 1000) : at;
  return seal(callback, payload, String(time));
}

/** Hands a message over once; why that was no success, or null. */
export async function knock(
  parts: Pick<DeliveryParts, 'switches' | 'post'>,
  to: Callback,
  message: Sealed,
): Promise<string | null> {
  const names = parts.switches.signatureNames;
  const query = new URLSearchParams();
  if (names !== 'msg_signature') query.set('signature', message.signature);
  if (names !== 'signature') query.set('msg_signature', message.signature);
  query.set('timestamp', message.timestamp);
  query.set('nonce', message.nonce);
  const url = `${to.url}${to.url.includes('?') ? '&' : '?'}${query.toString()}`;
  const body = JSON.stringify({ encrypt: message.encrypt });
  try {
    const answer = await parts.post(url, body, DEADLINE_MS);
    return faultOf(to, answer.status, answer.body);
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'timedout' : 'not reachable';
  }
}
