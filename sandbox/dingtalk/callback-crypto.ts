/** Signing and encryption of pushed events, as DingTalk's documents describe them. */
import { createCipheriv, createDecipheriv, createHash, randomInt } from 'node:crypto';

export interface CallbackKey {
  token: string;
  /** 43 characters of base64 without the "=" at its end. */
  aesKey: string;
  /** Who the message is for: the appKey, or the corpId for subscriptions made by API. */
  receiver: string;
}

/** What goes over the wire beside the query's parameters. */
export interface Sealed {
  signature: string;
  timestamp: string;
  nonce: string;
  encrypt: string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BLOCK = 32;

function randomText(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** The parts in the order of their characters, as one text, as SHA-1. */
export function signatureOf(token: string, message: Omit<Sealed, 'signature'>): string {
  const parts = [token, message.timestamp, message.nonce, message.encrypt].sort();
  return createHash('sha1').update(parts.join('')).digest('hex');
}

export function encrypt(key: CallbackKey, message: string, random = randomText(16)): string {
  const secret = Buffer.from(`${key.aesKey}=`, 'base64');
  const body = Buffer.from(message, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const plain = Buffer.concat([Buffer.from(random), length, body, Buffer.from(key.receiver)]);
  const missing = BLOCK - (plain.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', secret, secret.subarray(0, 16));
  cipher.setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(missing, missing)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

/** The message and who it is for. @throws when the bytes are no such message */
export function decrypt(
  key: Pick<CallbackKey, 'aesKey'>,
  text: string,
): { message: string; receiver: string } {
  const secret = Buffer.from(`${key.aesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', secret, secret.subarray(0, 16));
  decipher.setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(Buffer.from(text, 'base64')), decipher.final()]);
  const plain = padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
  const length = plain.readUInt32BE(16);
  return {
    message: plain.subarray(20, 20 + length).toString('utf8'),
    receiver: plain.subarray(20 + length).toString('utf8'),
  };
}

/** Encrypts and signs a message at a time of the vendor's clock. */
export function seal(key: CallbackKey, message: string, timestamp: string): Sealed {
  const unsigned = { timestamp, nonce: randomText(8), encrypt: encrypt(key, message) };
  return { ...unsigned, signature: signatureOf(key.token, unsigned) };
}

/** Why an answer to a push is not the word "success" in our encryption; null when it is. */
export function faultOf(key: CallbackKey, status: number, body: string): string | null {
  if (status !== 200) return `http statusCode is:${status}`;
  try {
    const answer = JSON.parse(body) as Record<string, string>;
    const { msg_signature: signature, timeStamp = '', nonce = '', encrypt: text = '' } = answer;
    const wanted = signatureOf(key.token, { timestamp: timeStamp, nonce, encrypt: text });
    if (signature !== wanted) return 'the signature of the answer is wrong';
    const { message, receiver } = decrypt(key, text);
    if (receiver !== key.receiver) return 'the answer names another receiver';
    return message === 'success' ? null : 'the answer is not success';
  } catch {
    return 'the answer is no encrypted JSON';
  }
}
