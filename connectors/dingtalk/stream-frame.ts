/** Frames of the Stream: what DingTalk sends down, and the acknowledgements it is sent. */
import { z } from 'zod';
import type { SourceEvent } from '../../model/event.ts';
import { eventOf, fieldsOf } from './event-payload.ts';

const frame = z.object({
  type: z.string(),
  headers: z.record(z.string(), z.unknown()),
  /** JSON in a text. */
  data: z.string().catch('{}'),
});

export type Frame = z.infer<typeof frame>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Null for what is none; one example of the documents spells the headers "header". */
export function readFrame(text: string): Frame | null {
  const json = parsed(text);
  if (typeof json !== 'object' || json === null) return null;
  const found = frame.safeParse('header' in json ? { headers: json.header, ...json } : json);
  return found.success ? found.data : null;
}

/** What the frame tells of the company; null when that is nothing, or of another company. */
export function eventIn({ headers, data }: Frame, corpId: string): SourceEvent | null {
  const said = fieldsOf(parsed(data));
  const about = fieldsOf(headers);
  if (!said || !about) return null;
  const company = about.get('eventcorpid');
  if (company !== undefined && company !== corpId) return null;
  // The headers say what the event is; only what it is about stands in its data.
  for (const name of ['eventtype', 'eventid']) said.set(name, about.get(name));
  said.set('eventtime', about.get('eventborntime') ?? said.get('eventtime'));
  return eventOf(said);
}

/** `LATER`: it was not stored, and is to come again. `none`: it is nothing that anybody waits for. */
export type Taken = 'SUCCESS' | 'LATER' | 'none';

export function acknowledgement({ headers }: Frame, taken: Taken): string {
  const data = JSON.stringify({ status: taken === 'none' ? 'SUCCESS' : taken, message: '' });
  return answer(headers, taken === 'none' ? 404 : 200, data);
}

/** A ping comes back with its own data. */
export function pong({ headers, data }: Frame): string {
  return answer(headers, 200, data);
}

function answer(headers: Frame['headers'], code: number, data: string): string {
  const { messageId } = headers;
  const said = { messageId, contentType: 'application/json' };
  return JSON.stringify({ code, message: code === 200 ? 'OK' : 'unknown', headers: said, data });
}
