/** Signature and encryption of callbacks: DingTalk's own scheme, with checks that it leaves to us. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

export interface CallbackSecrets {
  token: string;
  /** 43 characters of base64, without the "=" that would end it. */
  aesKey: string;
}

/** One message, in either direction. */
export interface CallbackMessage {
  signature: string;
  /** Signed byte for byte: never reformatted. */
  timestamp: string;
  nonce: string;
  encrypt: string;
}

const BLOCK = 32;
const RANDOM = 16;
const LENGTH = 4;

function signatureOf(token: string, { timestamp, nonce, encrypt }: CallbackMessage): string {
  const parts = [token, timestamp, nonce, encrypt].sort();
  return createHash('sha1').update(parts.join('')).digest('hex');
}

/** Takes the same time whatever is wrong: hashes have one length. */
export function isSigned(secrets: CallbackSecrets, message: CallbackMessage): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  const wanted = signatureOf(secrets.token, message);
  return timingSafeEqual(hash(wanted), hash(message.signature));
}

/** The last character may carry spare bits, which Node's decoder forgives. */
function keyOf({ aesKey }: CallbackSecrets): Buffer {
  return Buffer.from(`${aesKey}=`, 'base64');
}

/** Without the padding; null when it is none of ours (1 to 32 equal bytes, each telling their number). */
function unpadded(plain: Buffer): Buffer | null {
  const count = plain.at(-1) ?? 0;
  if (count < 1 || count > BLOCK || count > plain.length) return null;
  const end = plain.length - count;
  return plain.subarray(end).every((byte) => byte === count) ? plain.subarray(0, end) : null;
}

/** The text and whom it is for; null for bytes that are no message. To be called for signed ones only. */
export function decrypted(
  secrets: CallbackSecrets,
  encrypt: string,
): { text: string; receiver: string } | null {
  const sealed = Buffer.from(encrypt, 'base64');
  if (sealed.length === 0 || sealed.length % 16 !== 0) return null;
  const key = keyOf(secrets);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
  decipher.setAutoPadding(false);
  const plain = unpadded(Buffer.concat([decipher.update(sealed), decipher.final()]));
  if (!plain || plain.length < RANDOM + LENGTH) return null;
  const begin = RANDOM + LENGTH;
  const end = begin + plain.readUInt32BE(RANDOM);
  if (end > plain.length) return null;
  return {
    text: plain.subarray(begin, end).toString('utf8'),
    receiver: plain.subarray(end).toString('utf8'),
  };
}

/** @param now milliseconds since 1970 */
export function sealed(
  secrets: CallbackSecrets,
  receiver: string,
  text: string,
  now: number,
): CallbackMessage {
  const body = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(body.length);
  const random = Buffer.from(randomBytes(RANDOM / 2).toString('hex'));
  const plain = Buffer.concat([random, length, body, Buffer.from(receiver)]);
  const count = BLOCK - (plain.length % BLOCK);
  const key = keyOf(secrets);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  cipher.setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(count, count)]);
  const encrypt = Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
  const nonce = randomBytes(4).toString('hex');
  const message = { signature: '', timestamp: String(now), nonce, encrypt };
  return { ...message, signature: signatureOf(secrets.token, message) };
}
