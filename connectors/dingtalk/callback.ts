/** Callbacks of one subscription: from a message off the wire to an event, and the answer that acknowledges it. */
import type { SourceEvent } from '../../model/event.ts';
import { decrypted, isSigned, sealed } from './callback-crypto.ts';
import type { CallbackMessage, CallbackSecrets } from './callback-crypto.ts';
import { eventOf, fieldsOf } from './event-payload.ts';

export interface CallbackOptions extends CallbackSecrets {
  corpId: string;
  /** Whom messages name at their end: the appKey for subscriptions of the console, the corpId for those by API. */
  receiver: string;
}

/** The answer as DingTalk wants it; note the capital S. */
export interface CallbackAnswer {
  msg_signature: string;
  timeStamp: string;
  nonce: string;
  encrypt: string;
}

export interface OpenedCallback {
  /** Null for the knocks that only prove the address. */
  event: SourceEvent | null;
  /** What is answered once the event is safe. */
  word: string;
}

export interface Callback {
  /** Null for everything that DingTalk did not send us just now. @param now milliseconds since 1970 */
  open(message: CallbackMessage, now: number): OpenedCallback | null;
  answer(word: string, now: number): CallbackAnswer;
}

/** The vendor's retries take 40 s and may repeat the first timestamp; clocks may differ by minutes. */
const PAST_MS = 6 * 60_000;
const FUTURE_MS = 5 * 60_000;

/** Timestamps of ten digits are seconds. */
function isRecent(timestamp: string, now: number): boolean {
  if (!/^\d{10}(\d{3})?$/.test(timestamp)) return false;
  const time = timestamp.length === 10 ? Number(timestamp) * 1000 : Number(timestamp);
  return time >= now - PAST_MS && time <= now + FUTURE_MS;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

export function createCallback(options: CallbackOptions): Callback {
  return {
    open(message, now) {
      if (!isRecent(message.timestamp, now) || !isSigned(options, message)) return null;
      const plain = decrypted(options, message.encrypt);
      if (plain?.receiver !== options.receiver) return null;
      const fields = fieldsOf(parsed(plain.text));
      const event = fields ? eventOf(fields) : null;
      if (!fields || !event) return null;
      if (event.type === 'check_url') return { event: null, word: 'success' };
      // Third-party apps are asked for a word of the message itself.
      if (/^check_(create|update)_suite_url$/.test(event.type)) {
        const random = fields.get('random');
        return typeof random === 'string' ? { event: null, word: random } : null;
      }
      const corpId = fields.get('corpid');
      if (corpId !== undefined && corpId !== options.corpId) return null;
      return { event, word: 'success' };
    },
    answer(word, now) {
      const { signature, timestamp, nonce, encrypt } = sealed(options, options.receiver, word, now);
      return { msg_signature: signature, timeStamp: timestamp, nonce, encrypt };
    },
  };
}
