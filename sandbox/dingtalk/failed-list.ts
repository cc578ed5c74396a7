/** The list of events that could not be pushed: up to 200 a read, and reading clears it. */
import type { BookEvent } from './book-events.ts';
import { failedEntry } from './book-events.ts';
import type { Switches } from './switches.ts';

interface Failed {
  appKey: string;
  event: BookEvent;
  /** When it comes into the list, milliseconds since 1970. */
  from: number;
}

export interface FailedList {
  add(appKey: string, event: BookEvent, now: number): void;
  /** The next page as the fields of its reply. */
  read(appKey: string, now: number): string;
  snapshot(): unknown;
  restore(state: unknown): void;
}

const PAGE = 200;

export function createFailedList(switches: Switches): FailedList {
  let all: Failed[] = [];

  function listed(appKey: string, now: number): Failed[] {
    const keepMs = Number(switches.failedListKeepSeconds) * 1000;
    return all.filter(
      (each) =>
        each.appKey === appKey && each.from <= now && (keepMs === 0 || now < each.from + keepMs),
    );
  }

  return {
    add(appKey, event, now) {
      const from = now + Number(switches.failedListDelaySeconds) * 1000;
      all.push({ appKey, event, from });
    },
    read(appKey, now) {
      const found = listed(appKey, now);
      const page = found.slice(0, PAGE);
      // "Each call clears what the one before returned": nobody can tell that from clearing at once.
      all = all.filter((each) => !page.includes(each));
      const entries = page.map(({ event }) => failedEntry(event, switches));
      return `"has_more":${found.length > PAGE},"failed_list":${JSON.stringify(entries)}`;
    },
    snapshot: () => all,
    restore(state) {
      all = (state ?? []) as Failed[];
    },
  };
}
