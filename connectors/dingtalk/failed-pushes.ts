/** The list of failed pushes: events that DingTalk could not deliver; reading a page takes it off the list. */
import { z } from 'zod';
import type { SourceEvent } from '../../model/event.ts';
import { eventOf, fieldsOf } from './event-payload.ts';

export interface FailedPushes {
  events: SourceEvent[];
  /** There are more, to be read at once. */
  more: boolean;
}

export const failedPage = z.object({
  has_more: z.union([z.boolean(), z.enum(['true', 'false']).transform((it) => it === 'true')]),
  failed_list: z.array(z.unknown()).nullish(),
});

/**
 * What an entry tells, under the key of its own type, and below that perhaps once more. Ids have the names
 * of several years (KB:obtain-the-event-list-of-failed-push-messages, OLD2016); there is no id of the event.
 */
function eventIn(entry: unknown): SourceEvent | null {
  const outer = fieldsOf(entry);
  const type = outer?.get('call_back_tag');
  if (!outer || typeof type !== 'string') return null;
  const named = fieldsOf(outer.get(type.toLowerCase()));
  const inner = fieldsOf(named?.get('callbackdata')) ?? named ?? outer;
  const told = { eventtype: type, eventtime: outer.get('event_time') };
  return eventOf(new Map([...inner, ...Object.entries(told)]));
}

/** Entries that cannot be read are left out: the page is off the list all the same. */
export function failedPushes(page: z.infer<typeof failedPage>): FailedPushes {
  const events = (page.failed_list ?? []).map(eventIn).filter((it) => it !== null);
  return { events, more: page.has_more };
}
