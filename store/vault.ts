/** Sealing: secrets and personal data at rest, bound to their place, readable only with the master key. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { ProblemError, problem } from '../model/problem.ts';

/** AES-256-GCM with a random 96-bit nonce; layout: version, nonce, tag, ciphertext. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function seal(key: Buffer, plain: Buffer, place: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), sealed]);
}

function open(key: Buffer, sealed: Buffer, place: string): Buffer {
  try {
    if (sealed[0] !== VERSION) throw new Error('unknown version');
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(tag);
    const rest = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(rest), decipher.final()]);
  } catch {
    throw new ProblemError(problem('SECRET_UNREADABLE'));
  }
}

/** The key of one connection: seals its secrets and staged records, and makes its fingerprints. */
export interface ConnectionKey {
  /** @param place names collection, id and field: a ciphertext moved elsewhere does not open */
  seal(value: unknown, place: string): Buffer;
  /** Throws SECRET_UNREADABLE for another key, another place, or altered bytes. */
  open(sealed: Uint8Array, place: string): unknown;
  /** Keyed hash of a value, 96 bits: equal values of one connection compare equal, nothing can be read from it. */
  fingerprint(value: string): string;
}

export interface Vault {
  /** A new key for a connection, wrapped by the master key for storing. */
  createKey(connectionId: string): Buffer;
  openKey(wrapped: Uint8Array, connectionId: string): ConnectionKey;
  /** The same key wrapped by the master key of today, or null when it is already. */
  rewrap(wrapped: Uint8Array, connectionId: string): Buffer | null;
}

function connectionKey(key: Buffer): ConnectionKey {
  const printKey = Buffer.from(hkdfSync('sha256', key, '', 'fingerprints', 32));
  return {
    seal: (value, place) => seal(key, Buffer.from(JSON.stringify(value)), place),
    open: (sealed, place) =>
      JSON.parse(open(key, Buffer.from(sealed), place).toString()) as unknown,
    fingerprint: (value) =>
      createHmac('sha256', printKey).update(value).digest().subarray(0, 12).toString('base64url'),
  };
}

/**
 * @param masterKey 32 bytes; wraps the keys of all connections and nothing else
 * @param others also open what they wrapped: the one of yesterday or of tomorrow, while it is replaced
 */
export function createVault(masterKey: Buffer, others: Buffer[] = []): Vault {
  const place = (connectionId: string): string => `connection-key/${connectionId}`;
  /** By the first key that opens it, and whether that was the one of today. */
  const unwrap = (wrapped: Uint8Array, id: string): { key: Buffer; today: boolean } => {
    const sealed = Buffer.from(wrapped);
    for (const [at, candidate] of [masterKey, ...others].entries()) {
      try {
        return { key: open(candidate, sealed, place(id)), today: at === 0 };
      } catch (error) {
        if (at === others.length) throw error;
      }
    }
    throw new ProblemError(problem('SECRET_UNREADABLE'));
  };
  return {
    createKey: (id) => seal(masterKey, randomBytes(32), place(id)),
    openKey: (wrapped, id) => connectionKey(unwrap(wrapped, id).key),
    rewrap(wrapped, id) {
      const { key, today } = unwrap(wrapped, id);
      return today ? null : seal(masterKey, key, place(id));
    },
  };
}
