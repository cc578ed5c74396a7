/** Callbacks as DingTalk sends them and as nobody should: opened by ours, made by the sandbox's own cipher. */
import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCallback } from '../../connectors/dingtalk/callback.ts';
import { decrypted, isSigned } from '../../connectors/dingtalk/callback-crypto.ts';
import {
  decrypt,
  encrypt,
  faultOf,
  seal,
  signatureOf,
} from '../../sandbox/dingtalk/callback-crypto.ts';
import { VECTORS } from '../callback-vectors.ts';

const NOW = 1_767_225_600_000;
const key = {
  token: 'simtoken2026',
  aesKey: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
  receiver: 'dingsimappkey00000001',
};
const ours = createCallback({ ...key, corpId: 'dingsimcorp0001' });

/** A message of DingTalk's around any ciphertext, signed as it should be. */
function signed(sealed: string, timestamp = String(NOW)) {
  const message = { timestamp, nonce: 'Ab3dE6gH', encrypt: sealed };
  return { ...message, signature: signatureOf(key.token, message) };
}
const said = (payload: unknown) => signed(encrypt(key, JSON.stringify(payload)));
const opened = (payload: unknown) => ours.open(said(payload), NOW);
const event = (payload: object) => opened(payload)?.event ?? null;

/** Encrypts bytes as they are: whoever pads wrongly, or lies about a length. */
function raw(plain: Buffer): string {
  const secret = Buffer.from(`${key.aesKey}=`, 'base64');
  const cipher = createCipheriv('aes-256-cbc', secret, secret.subarray(0, 16));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

function plainOf(message: string, length: number, receiver: string, pad?: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(length);
  const head = Buffer.concat([Buffer.from('0123456789abcdef'), size, Buffer.from(message)]);
  const plain = Buffer.concat([head, Buffer.from(receiver)]);
  const count = 32 - (plain.length % 32);
  return Buffer.concat([plain, Buffer.alloc(count, pad ?? count)]);
}

/** So many bytes more than the padding that the message has. */
function padding(plain: Buffer, more: number): Buffer {
  const count = (plain.at(-1) ?? 0) + more;
  return Buffer.alloc(count, count);
}

describe('the published vectors', () => {
  it.each(VECTORS)('$name is signed, and says what it says', (vector) => {
    expect(isSigned(vector, vector)).toBe(true);
    const { message: text, receiver } = vector;
    expect(decrypted(vector, vector.encrypt)).toEqual({ text, receiver });
  });
});

describe('a message', () => {
  const CHECK = { EventType: 'check_url' };

  it('is believed when it is signed, recent, and for us; its answer is what DingTalk waits for', () => {
    expect(opened(CHECK)).toEqual({ event: null, word: 'success' });
    const random = { EventType: 'check_create_suite_url', Random: 'LPIdSnlF' };
    expect(opened(random)).toEqual({ event: null, word: 'LPIdSnlF' });
    const answer = ours.answer('success', NOW);
    expect(faultOf(key, 200, JSON.stringify(answer))).toBeNull();
    expect(decrypt(key, answer.encrypt)).toEqual({ message: 'success', receiver: key.receiver });
  });

  it('may be as old as the last of the vendor’s retries, and in seconds, but not from another day', () => {
    const at = (time: number | string) =>
      ours.open(seal(key, JSON.stringify(CHECK), `${time}`), NOW);
    for (const time of [NOW - 50_000, NOW - 300_000, NOW + 200_000, NOW / 1000]) {
      expect([time, at(time)]).not.toContain(null);
    }
    for (const time of [NOW - 400_000, NOW + 400_000, NOW / 1000 - 400, '', 'now', '1e12', '-1']) {
      expect([time, at(time)]).toEqual([time, null]);
    }
  });

  it('is nothing when a single character of it is another', () => {
    const good = said(CHECK);
    for (const field of ['signature', 'timestamp', 'nonce', 'encrypt'] as const) {
      const text = good[field];
      for (let at = 0; at < text.length; at += 1) {
        const other = text[at] === '1' ? '2' : '1';
        const bad = { ...good, [field]: text.slice(0, at) + other + text.slice(at + 1) };
        expect([field, at, ours.open(bad, NOW)]).toEqual([field, at, null]);
      }
    }
  });

  it('is nothing when its bytes lie, though the signature is right', () => {
    const text = JSON.stringify(CHECK);
    const right = plainOf(text, text.length, key.receiver);
    expect(ours.open(signed(raw(right)), NOW)).not.toBeNull();
    const lies = [
      plainOf(text, text.length, key.receiver, 0),
      plainOf(text, text.length, key.receiver, 33),
      plainOf(text, text.length, key.receiver, 255),
      plainOf(text, text.length + 1, key.receiver),
      plainOf(text, 0, key.receiver),
      plainOf(text, 2 ** 31, key.receiver),
      plainOf(text, 2 ** 32 - 1, key.receiver),
      plainOf(text, text.length, 'dingsimcorp0001'),
      plainOf(text, text.length, ''),
      right.subarray(0, 16),
      // Padding longer than a block, and so right by its own measure.
      Buffer.concat([right.subarray(0, right.length - (right.at(-1) ?? 0)), padding(right, 64)]),
      Buffer.alloc(32, 32),
      Buffer.alloc(0),
    ];
    for (const plain of lies) expect(ours.open(signed(raw(plain)), NOW)).toBeNull();
    for (const sealed of ['AAAA', 'x', '']) expect(ours.open(signed(sealed), NOW)).toBeNull();
  });

  it('is nothing when it says nothing of us', () => {
    for (const payload of [null, [], 'check_url', 1, {}, { EventType: 7 }, { EventType: '' }]) {
      expect(opened(payload)).toBeNull();
    }
    expect(ours.open(signed(encrypt(key, '{"EventType":')), NOW)).toBeNull();
    expect(opened({ EventType: 'user_add_org', CorpId: 'dingother', userId: ['a'] })).toBeNull();
  });
});

describe('an event', () => {
  const person = (id: string) => ({ kind: 'person', id });
  const department = (id: string) => ({ kind: 'department', id });

  it('is read in both generations, whatever the case of its keys', () => {
    const current = { EventType: 'user_add_org', EventTime: NOW, CorpId: 'dingsimcorp0001' };
    expect(event({ ...current, eventId: 'e1', timeStamp: `${NOW}`, userId: ['u1', 'u2'] })).toEqual(
      {
        id: 'e1',
        type: 'user_add_org',
        known: true,
        objects: [person('u1'), person('u2')],
        happenedAt: NOW,
      },
    );
    const captured = { CorpId: 'dingsimcorp0001', EventType: 'org_dept_remove', DeptId: [7, 9] };
    expect(event({ ...captured, TimeStamp: `${NOW}` })).toMatchObject({
      objects: [department('7'), department('9')],
      happenedAt: NOW,
    });
    const roles = { eventtype: 'label_user_change', USERIDLIST: ['u1'], labelIdList: [1] };
    expect(event({ ...roles, eventId: 'e' })?.objects).toEqual([person('u1')]);
  });

  it('keeps nothing of what changed', () => {
    const diffInfo = [{ userid: 'u1', prev: { name: 'canary-a' }, curr: { name: 'canary-b' } }];
    const kept = event({ EventType: 'user_modify_org', eventId: 'e', userId: ['u1'], diffInfo });
    expect(JSON.stringify(kept)).not.toContain('canary');
  });

  it('without an id is told from others by what it says, and without a time by nothing', () => {
    const base = { EventType: 'user_modify_org', UserId: ['b', 'a'], TimeStamp: '1767225600100' };
    const id = (more: object) => event({ ...base, ...more })?.id;
    expect(id({})).toMatch(/^said-[0-9a-f]{32}$/);
    expect(id({ UserId: ['a', 'b'], OptStaffId: 'x' })).toBe(id({}));
    expect(id({ UserId: ['a'] })).not.toBe(id({}));
    expect(id({ TimeStamp: '1767225600101' })).not.toBe(id({}));
    expect(id({ EventType: 'user_leave_org' })).not.toBe(id({}));
    expect(id({ TimeStamp: undefined })).toBeNull();
  });

  it('names sound ids only, each once', () => {
    const userId = ['a', 'a', '', null, {}, ['b'], 'x'.repeat(201), 5, { $ne: 1 }];
    expect(event({ EventType: 'user_add_org', userId })?.objects).toEqual([
      person('a'),
      person('5'),
    ]);
    const deptId = [1, -7, 0, '8', '08', 'x', 1.5, 2 ** 60];
    expect(event({ EventType: 'org_dept_modify', deptId })?.objects).toEqual([
      department('1'),
      department('8'),
    ]);
    expect(event({ EventType: 'user_add_org' })?.objects).toEqual([]);
  });

  it('of a type we do not know is one that we do not know', () => {
    expect(event({ EventType: 'bpms_task_change', userId: ['a'] })).toMatchObject({
      known: false,
      objects: [],
    });
    expect(event({ EventType: 'org_change' })).toMatchObject({ known: true, objects: [] });
  });
});
