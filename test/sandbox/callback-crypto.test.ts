/** The sandbox's encryption of callbacks against published vectors. */
import { expect, test } from 'vitest';
import { decrypt, encrypt, signatureOf } from '../../sandbox/dingtalk/callback-crypto.ts';
import { VECTORS } from '../callback-vectors.ts';

test.each(VECTORS)('vector $name has the published bytes and signature', (it) => {
  const { token, timestamp, nonce } = it;
  expect(encrypt(it, it.message, it.random)).toBe(it.encrypt);
  expect(decrypt(it, it.encrypt)).toEqual({ message: it.message, receiver: it.receiver });
  expect(signatureOf(token, { timestamp, nonce, encrypt: it.encrypt })).toBe(it.signature);
});
