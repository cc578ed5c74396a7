/** People of the simulated Authing, as the published client sees them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, data, refusal, word } from './authing-sdk.ts';
import type { Contract } from './authing-sdk.ts';

const LONG = '1234567891'.repeat(10);

let it_: Contract;
let counter = 0;
beforeAll(async () => {
  it_ = await contract();
});
afterAll(() => it_.server.close());

const fresh = (prefix = 'u'): string => `${prefix}${(counter += 1)}`;
/** A mainland mobile number that nobody has. */
const phone = (): string => String(13_800_000_000 + (counter += 1));

async function department() {
  const organizationCode = fresh('org');
  const metadata = {};
  const { sdk } = it_;
  const root = await data(
    sdk.createOrganization({ organizationCode, organizationName: 'N', metadata }),
  );
  const made = await data(
    sdk.createDepartment({
      organizationCode,
      name: 'D',
      parentDepartmentId: 'root',
      openDepartmentId: `${organizationCode}:1`,
      metadata,
    }),
  );
  return { organizationCode, rootId: root.departmentId, departmentId: made.departmentId };
}

describe('creating a person', () => {
  it('gives all fields back, the e-mail in lower case, and the defaults of a new account', async () => {
    const username = fresh('Case');
    const mobile = phone();
    const user = await data(
      it_.sdk.createUser({
        username,
        email: `${username}@Northwind.Example`,
        phone: mobile,
        phoneCountryCode: '+86',
        externalId: `ext:${username}`,
        name: '小红 👩‍💻',
        nickname: 'Red',
        gender: word('M'),
        emailVerified: true,
        phoneVerified: true,
      }),
    );
    expect(user).toMatchObject({
      username,
      email: `${username}@northwind.example`.toLowerCase(),
      phone: mobile,
      phoneCountryCode: '+86',
      externalId: `ext:${username}`,
      name: '小红 👩‍💻',
      nickname: 'Red',
      gender: 'M',
      emailVerified: true,
      phoneVerified: true,
      status: 'Activated',
      workStatus: 'Active',
      loginsCount: 0,
      lastLogin: null,
      lastIp: null,
      userSourceType: 'adminCreated',
    });
    expect(user.userId).toMatch(/^[0-9a-f]{24}$/);
    expect(user.photo).toBeTruthy();
    expect(user.passwordLastSetAt).toBeUndefined();
    expect(it_.authing.notifications()).toEqual([]);
  });

  it('puts them into departments by our own ids', async () => {
    const { organizationCode, departmentId } = await department();
    const user = await data(
      it_.sdk.createUser({
        username: fresh(),
        departmentIds: [`${organizationCode}:1`],
        options: { departmentIdType: word('open_department_id') },
      }),
    );
    const { userId } = user;
    expect(user.departmentIds).toBeUndefined();
    const read = await data(it_.sdk.getUser({ userId, withDepartmentIds: true }));
    expect(read).toMatchObject({ departmentIds: [departmentId], mainDepartmentId: departmentId });
  });

  it('remembers when a message to them or a password was asked for', async () => {
    const { userId, passwordLastSetAt } = await data(
      it_.sdk.createUser({
        username: fresh(),
        email: `${fresh()}@n.example`,
        options: {
          autoGeneratePassword: true,
          sendNotification: { sendEmailNotification: true, sendPhoneNotification: false },
        },
      }),
    );
    expect(passwordLastSetAt).toBeTruthy();
    expect(it_.authing.notifications().at(-1)).toEqual({ userId, channel: 'email' });
  });

  it('refuses what is missing or badly formed in the vendor’s words', async () => {
    const { sdk } = it_;
    const one = 'Must contain one of the following fields: username, phone, email';
    expect(await refusal(sdk.createUser({}))).toEqual([400, one]);
    expect(await refusal(sdk.createUser({ externalId: fresh() }))).toEqual([400, one]);
    expect(await refusal(sdk.createUser({ email: 'test1@qqq' }))).toEqual([
      400,
      '参数 email 格式错误',
    ]);
    const noPhone = { phoneCountryCode: '+86', email: 'test@qq.example' };
    expect(await refusal(sdk.createUser(noPhone))).toEqual([400, 'phone cannot be empty']);
    expect(await refusal(sdk.createUser({ username: fresh(), gender: word('X') }))).toEqual([
      400,
      '参数 gender 格式错误',
    ]);
    expect(await refusal(sdk.createUser({ username: fresh(), status: word('Happy') }))).toEqual([
      400,
      '参数 status 格式错误',
    ]);
  });

  it('is a conflict when any of the four keys is taken in the pool', async () => {
    const { sdk } = it_;
    const taken = {
      username: fresh('Taken'),
      phone: phone(),
      email: `${fresh()}@n.example`,
      externalId: fresh('e'),
    };
    await data(sdk.createUser(taken));
    const clash = (more: object) => sdk.createUser({ username: fresh(), ...more });
    for (const more of [
      { username: taken.username },
      { phone: taken.phone },
      { email: taken.email.toUpperCase() },
      { externalId: taken.externalId },
    ]) {
      expect(await clash(more)).toMatchObject({ statusCode: 409, apiCode: 2026 });
    }
    await data(clash({ username: taken.username.toLowerCase() }));
  });
});

describe('a batch of new people', () => {
  it('takes 50 and refuses 51 and none', async () => {
    const { sdk } = it_;
    const list = (length: number) =>
      Array.from({ length }, () => ({ username: fresh('b'), phone: phone() }));
    const made = await data(sdk.createUsersBatch({ list: list(50) }));
    expect(made).toHaveLength(50);
    for (const length of [0, 51]) {
      expect(await refusal(sdk.createUsersBatch({ list: list(length) }))).toEqual([
        400,
        '参数 list 格式错误',
      ]);
    }
  });

  it('leaves nobody behind when one of them collides', async () => {
    const { sdk } = it_;
    const taken = fresh();
    await data(sdk.createUser({ username: taken }));
    const first = fresh();
    const list = [{ username: first }, { username: taken }, { username: fresh() }];
    expect(await sdk.createUsersBatch({ list })).toMatchObject({ statusCode: 409 });
    expect(await data(sdk.isUserExists({ username: first }))).toEqual({ exists: false });
  });

  it('is a conflict when two of its own people collide', async () => {
    const externalId = fresh();
    const list = [
      { username: fresh(), externalId },
      { username: fresh(), externalId },
    ];
    expect(await it_.sdk.createUsersBatch({ list })).toMatchObject({ statusCode: 409 });
  });
});

describe('reading people', () => {
  it('finds one by every kind of id, e-mail without regard to case', async () => {
    const { sdk } = it_;
    const keys = {
      username: fresh('Reader'),
      phone: phone(),
      email: `${fresh()}@n.example`,
      externalId: `corp:${fresh()}`,
    };
    const { userId } = await data(sdk.createUser(keys));
    const found = (userIdType: never, id: string) =>
      sdk.getUser({ userId: id, userIdType }).then(({ data: user }) => user?.userId);
    expect(await found(word('user_id'), userId)).toBe(userId);
    expect(await found(word('username'), keys.username)).toBe(userId);
    expect(await found(word('phone'), keys.phone)).toBe(userId);
    expect(await found(word('email'), keys.email.toUpperCase())).toBe(userId);
    expect(await found(word('external_id'), keys.externalId)).toBe(userId);
    expect(await found(word('username'), keys.username.toLowerCase())).toBeUndefined();
  });

  it('shows customData, identities and departments only when asked', async () => {
    const { sdk } = it_;
    const { userId } = await data(sdk.createUser({ username: fresh() }));
    const plain = await data(sdk.getUser({ userId }));
    for (const part of ['customData', 'identities', 'departmentIds']) {
      expect(plain).not.toHaveProperty(part);
    }
    const flags = { withCustomData: true, withIdentities: true, withDepartmentIds: true };
    const parts = { customData: {}, identities: [], departmentIds: [] };
    expect(await data(sdk.getUser({ userId, ...flags }))).toMatchObject(parts);
    expect(await data(sdk.getUserBatch({ userIds: [userId], ...flags }))).toMatchObject([parts]);
  });

  it('answers a batch with those that exist', async () => {
    const { sdk } = it_;
    const ids = [`corp:${fresh()}`, `corp:${fresh()}`];
    const list = ids.map((externalId) => ({ username: fresh(), externalId }));
    const made = await data(sdk.createUsersBatch({ list }));
    const found = await data(
      sdk.getUserBatch({ userIds: [...ids, 'corp:nobody'], userIdType: 'external_id' }),
    );
    expect(found.map((user) => user.userId)).toEqual(made.map((user) => user.userId));
  });

  it('refuses unknown, badly formed, no and too many ids in the vendor’s words', async () => {
    const { sdk } = it_;
    expect(await refusal(sdk.getUser({ userId: LONG }))).toEqual([404, '用户不存在']);
    for (const userIdType of ['email', 'phone'] as const) {
      expect(await refusal(sdk.getUser({ userId: 'no such', userIdType }))).toEqual([
        400,
        '参数 userId 格式错误',
      ]);
    }
    const tooMany = Array.from({ length: 51 }, () => fresh());
    for (const userIds of [[], tooMany]) {
      expect(await refusal(sdk.getUserBatch({ userIds }))).toEqual([400, '参数 userIds 格式错误']);
    }
  });

  it('says whether anybody has a key', async () => {
    const { sdk } = it_;
    const email = `${fresh()}@n.example`;
    await data(sdk.createUser({ email }));
    expect(await data(sdk.isUserExists({ email: email.toUpperCase() }))).toEqual({ exists: true });
    expect(await data(sdk.isUserExists({ username: fresh() }))).toEqual({ exists: false });
    expect(await refusal(sdk.isUserExists({}))).toEqual([
      400,
      '参数 username, email, phone, externalId 格式错误',
    ]);
  });
});

describe('changing people', () => {
  it('touches the fields that are named, by any kind of id', async () => {
    const { sdk } = it_;
    const externalId = `corp:${fresh()}`;
    const before = await data(sdk.createUser({ username: fresh(), name: 'Ada', externalId }));
    const after = await data(
      sdk.updateUser({
        userId: externalId,
        nickname: 'A',
        status: word('Suspended'),
        options: { userIdType: word('external_id') },
      }),
    );
    expect(after).toMatchObject({
      userId: before.userId,
      username: before.username,
      name: 'Ada',
      nickname: 'A',
      status: 'Suspended',
    });
  });

  it('is a conflict when the new key is taken, and nothing of the update is done', async () => {
    const { sdk } = it_;
    const taken = phone();
    await data(sdk.createUser({ phone: taken }));
    const { userId } = await data(sdk.createUser({ username: fresh(), name: 'Before' }));
    const update = sdk.updateUser({ userId, phone: taken, name: 'After' });
    expect(await update).toMatchObject({ statusCode: 409 });
    expect(await data(sdk.getUser({ userId }))).toMatchObject({ name: 'Before' });
  });

  it('frees a key that is no longer used', async () => {
    const { sdk } = it_;
    const old = phone();
    const { userId } = await data(sdk.createUser({ phone: old }));
    await data(sdk.updateUser({ userId, phone: phone() }));
    await data(sdk.createUser({ phone: old }));
  });

  it('changes batches by system id, all or nobody', async () => {
    const { sdk } = it_;
    const [a, b] = await data(
      sdk.createUsersBatch({
        list: [
          { username: fresh(), externalId: fresh('e'), name: 'A' },
          { username: fresh(), name: 'B' },
        ],
      }),
    );
    const change = (ids: (string | undefined)[]) =>
      sdk.updateUserBatch({ list: ids.map((userId) => ({ userId: userId ?? '', name: 'New' })) });
    expect(await refusal(change([a?.userId, a?.externalId]))).toEqual([404, '用户不存在']);
    expect(await data(sdk.getUser({ userId: a?.userId ?? '' }))).toMatchObject({ name: 'A' });
    const done = await data(change([a?.userId, b?.userId]));
    expect(done.map((user) => user.name)).toEqual(['New', 'New']);
  });

  it('refuses an empty gender in the vendor’s words', async () => {
    const { userId } = await data(it_.sdk.createUser({ username: fresh() }));
    const [statusCode, message] = await refusal(it_.sdk.updateUser({ userId, gender: word('') }));
    expect(statusCode).toBe(400);
    expect(message).toContain('参数 gender');
  });
});
