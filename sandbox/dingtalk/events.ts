/** Sends what happens in an address book to its apps: pushes, retries, the failed list, and a way that may be bad. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { BookChange, SentEvent } from './book-events.ts';
import { deliver, knock, sealFor } from './callback-push.ts';
import type { Post } from './callback-push.ts';
import type { App, Callback } from './company.ts';
import type { Company } from './directory.ts';
import { createFailedList } from './failed-list.ts';
import type { FailedList } from './failed-list.ts';
import type { Stream } from './stream.ts';
import type { Switches } from './switches.ts';

export interface Events {
  failed: FailedList;
  /** Tells the company's apps of a change. */
  tell(company: Company, change: BookChange): void;
  /** Knocks at a callback with check_url; why that was no success, or null. */
  check(callback: Callback): Promise<string | null>;
  /** Lets pushes go that were held back. */
  release(): void;
  /** The newest events, oldest first. */
  sent(): SentEvent[];
  /** Resolves when no push is under way. */
  idle(): Promise<void>;
}

export interface EventParts {
  clock: Clock;
  random: () => number;
  switches: Switches;
  stream: Stream;
  post: Post;
}

const SENT_MAX = 20_000;

export function createEvents(parts: EventParts): Events {
  const { clock, random, switches, stream } = parts;
  const failed = createFailedList(switches);
  const sent: SentEvent[] = [];
  const underWay = new Set<Promise<void>>();
  let held: (() => void)[] = [];

  function follow(work: Promise<void>): void {
    const followed = work.finally(() => underWay.delete(followed));
    underWay.add(followed);
  }

  /** Late and held as the switches say. */
  function depart(push: () => Promise<void>): void {
    const go = (): void => follow(push());
    const leave = (): void => {
      const late = Number(switches.eventDelayMs) + random() * Number(switches.eventSpreadMs);
      if (late > 0) clock.after(late, go);
      else go();
    };
    if (switches.eventsHeld) held.push(leave);
    else leave();
  }

  function pushCallback(app: App, event: SentEvent): Promise<void> {
    const again = (waitMs: number, work: () => Promise<void>): void =>
      clock.after(waitMs, () => follow(work()));
    return deliver({ ...parts, again, failed }, app, event);
  }

  async function pushStream(app: App, event: SentEvent): Promise<void> {
    const fault = await stream.push(app.appKey, event);
    event.pushes.push({ way: 'stream', appKey: app.appKey, at: clock.now(), fault });
    if (fault !== null && switches.failedListHasStream) {
      failed.add(app.appKey, event, clock.now());
    }
  }

  return {
    failed,
    tell(company, change) {
      const eventId = randomBytes(16).toString('hex');
      const lost = random() * 100 < Number(switches.eventLossShare);
      const made = { ...change, eventId, corpId: company.corpId, at: clock.now() };
      const event: SentEvent = { ...made, lost, pushes: [] };
      sent.push(event);
      if (sent.length > SENT_MAX) sent.splice(0, SENT_MAX / 10);
      if (lost) return;
      for (const app of company.apps.filter((each) => each.enabled)) {
        for (let copy = 0; copy < Number(switches.eventCopies); copy += 1) {
          if (app.callback) depart(() => pushCallback(app, event));
          if (stream.knows(app.appKey)) depart(() => pushStream(app, event));
        }
      }
    },
    check(callback) {
      const payload = JSON.stringify({ EventType: 'check_url' });
      return knock(parts, callback, sealFor(callback, payload, clock.now(), switches));
    },
    release() {
      if (switches.eventsHeld) return;
      const waiting = held;
      held = [];
      for (const leave of waiting) leave();
    },
    sent: () => sent,
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
