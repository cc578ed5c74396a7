/** What each switch over people, their fields and batches changes. */
import { addDepartment, addPerson } from './authing-switch-scenes-departments.ts';
import type { Desk, Json } from './authing-desk.ts';
import type { Scenes } from './authing-switch-scenes-departments.ts';

/** Codes of new people who collide in user name, phone, e-mail and external id, in this order. */
function conflicts(at: Desk): string[] {
  const taken = { username: 'a', phone: '13800000001', email: 'a@n.example', externalId: 'e' };
  addPerson(at, taken);
  return Object.entries(taken).map(([field, value]) =>
    at.code('create-user', { username: 'b', [field]: value }),
  );
}

function defineField(at: Desk, key: string, dataType = 'STRING'): void {
  at.ok('set-custom-fields', { list: [{ targetType: 'USER', key, dataType, label: key }] });
}

const read = (at: Desk, userId: string): Json =>
  at.ok('get-user', { userId, withCustomData: true, withDepartmentIds: true });

/** Names of all people, in the order of their creation. */
const names = (at: Desk): string[] =>
  at
    .ok('list-users', { options: { pagination: { limit: 50 } } })
    .list.map((it: Json) => it.username);

/** Creates good, bad, good: the reply, and who is there afterwards. */
function mixedBatch(at: Desk): unknown {
  addPerson(at, { username: 'taken' });
  const list = ['g1', 'taken', 'g2'].map((username) => ({ username }));
  const envelope = at.reply('create-users-batch', { list });
  const data = envelope.data as Json[] | undefined;
  return {
    code: envelope.statusCode,
    reply: data?.map((it) => it?.username ?? null),
    there: names(at),
  };
}

const partial = (at: Desk): unknown => {
  at.authing.configure({ batch: 'skip' });
  return mixedBatch(at);
};

/** Changes one field of a person who has it, and shows it afterwards. */
function changed(at: Desk, field: string, value: unknown): unknown {
  const { userId } = addPerson(at, { [field]: '13800000001' });
  const code = at.code('update-user', { userId, [field]: value });
  return [code, read(at, userId as string)[field] ?? 'gone'];
}

export const peopleScenes: Scenes<
  | 'conflictCode'
  | 'conflictStatus'
  | 'phoneScope'
  | 'phoneFormat'
  | 'unknownCustomData'
  | 'customDataTypes'
  | 'customDataLimit'
  | 'customDataUpdate'
  | 'nullInUpdate'
  | 'emptyInUpdate'
  | 'resignedReactivation'
  | 'resignedIdentifiers'
  | 'deleteNeedsResignation'
  | 'unknownDepartmentInCreate'
  | 'setUserDepartments'
  | 'mainDepartment'
  | 'absentUsers'
  | 'customFieldId'
  | 'unsetFields'
  | 'batch'
  | 'partialBatchReply'
  | 'batchValidation'
  | 'overLimit'
  | 'replyOrder'
  | 'unknownInAdd'
  | 'unknownInRemove'
> = {
  conflictCode: {
    seen: conflicts,
    outcomes: {
      2026: ['409/2026', '409/2026', '409/2026', '409/2026'],
      'per-field': ['409/2034', '409/2035', '409/2200', '409/2026'],
      none: ['409', '409', '409', '409'],
    },
  },
  conflictStatus: {
    seen: (at) => conflicts(at)[0],
    outcomes: { 409: '409/2026', 499: '499/2026' },
  },
  phoneScope: {
    seen(at) {
      addPerson(at, { phone: '51234567', phoneCountryCode: '+852' });
      const other = (phoneCountryCode: string) =>
        at.code('create-user', { phone: '51234567', phoneCountryCode });
      return [other('+853'), other('+852')];
    },
    outcomes: { number: ['409/2026', '409/2026'], country: ['200', '409/2026'] },
  },
  phoneFormat: {
    seen: (at) =>
      ['12345', '852-51234567'].map((phone) => at.code('create-user', { username: phone, phone })),
    outcomes: { digits: ['200', '400'], mainland: ['400', '400'], any: ['200', '200'] },
  },
  unknownCustomData: {
    seen: (at) => at.code('create-user', { username: 'u', customData: { unknown: 1 } }),
    outcomes: { ignore: '200', refuse: '400' },
  },
  customDataTypes: {
    seen(at) {
      defineField(at, 'age', 'NUMBER');
      return at.code('create-user', { username: 'u', customData: { age: 'seven' } });
    },
    outcomes: { accept: '200', refuse: '400' },
  },
  customDataLimit: {
    seen(at) {
      defineField(at, 'a');
      defineField(at, 'b');
      const customData = { a: 'x'.repeat(600), b: 'y'.repeat(600) };
      return at.code('create-user', { username: 'u', customData });
    },
    outcomes: { value: '200', whole: '400' },
  },
  customDataUpdate: {
    seen(at) {
      defineField(at, 'a');
      defineField(at, 'b');
      const { userId } = addPerson(at, { customData: { a: '1', b: '2' } });
      at.ok('update-user', { userId, customData: { b: '3' } });
      return read(at, userId as string).customData;
    },
    outcomes: { merge: { a: '1', b: '3' }, replace: { b: '3' } },
  },
  nullInUpdate: {
    seen: (at) => changed(at, 'phone', null),
    outcomes: { ignore: ['200', '13800000001'], clear: ['200', 'gone'] },
  },
  emptyInUpdate: {
    seen: (at) => changed(at, 'phone', ''),
    outcomes: {
      clear: ['200', 'gone'],
      refuse: ['400', '13800000001'],
      ignore: ['200', '13800000001'],
    },
  },
  resignedReactivation: {
    seen(at) {
      const { userId } = addPerson(at);
      at.ok('resign-user', { userId });
      return at.code('update-user', { userId, status: 'Activated' });
    },
    outcomes: { refuse: '422', allow: '200' },
  },
  resignedIdentifiers: {
    seen(at) {
      const { userId } = addPerson(at, { externalId: 'e' });
      at.ok('resign-user', { userId });
      const code = at.code('create-user', { username: 'u1', externalId: 'e' });
      const found = at.ok('get-user', { userId: 'e', userIdType: 'external_id' });
      return [code, found.status];
    },
    outcomes: { reserved: ['409/2026', 'Resigned'], free: ['200', 'Activated'] },
  },
  deleteNeedsResignation: {
    seen(at) {
      const { userId } = addPerson(at);
      const code = at.code('delete-users-batch', { userIds: [userId] });
      at.authing.byHand('resign-user', { userId });
      return [code, at.code('delete-users-batch', { userIds: [userId] })];
    },
    outcomes: { no: ['200', '200'], yes: ['422', '200'] },
  },
  unknownDepartmentInCreate: {
    seen: (at) => at.reply('create-user', { username: 'u', departmentIds: ['zzz'] }).message,
    outcomes: { refuse: '存在不合法的 departmentId: zzz', ignore: '' },
  },
  setUserDepartments: {
    seen(at) {
      const a = addDepartment(at).departmentId;
      const b = addDepartment(at).departmentId;
      const { userId } = addPerson(at, { departmentIds: [a] });
      at.ok('set-user-departments', { userId, departments: [{ departmentId: b }] });
      return read(at, userId as string).departmentIds.map((id: string) => id === a);
    },
    outcomes: { replace: [false], merge: [true, false] },
  },
  mainDepartment: {
    seen(at) {
      const a = addDepartment(at).departmentId;
      const { userId } = addPerson(at, { departmentIds: [a] });
      return read(at, userId as string).mainDepartmentId === a;
    },
    outcomes: { first: true, none: false },
  },
  absentUsers: {
    seen: (at) => at.ok('get-user-batch', { userIds: ['nobody'] }),
    outcomes: { 'left-out': [], null: [null] },
  },
  customFieldId: {
    seen(at) {
      defineField(at, 'badge');
      addPerson(at, { customData: { badge: '7' } });
      return at.code('get-user', { userId: 'badge:7', userIdType: 'custom_field' });
    },
    outcomes: { refused: '400', 'key:value': '200' },
  },
  unsetFields: {
    seen(at) {
      const { departmentId } = addDepartment(at);
      const user = read(at, addPerson(at).userId as string);
      const department = at.ok('get-department', { organizationCode: 'acme', departmentId });
      return ['email' in user, user.email ?? null, 'openDepartmentId' in department];
    },
    outcomes: { absent: [false, null, false], null: [true, null, true] },
  },
  batch: {
    seen: mixedBatch,
    outcomes: {
      atomic: { code: 409, reply: undefined, there: ['taken'] },
      skip: { code: 200, reply: ['g1', 'g2'], there: ['taken', 'g1', 'g2'] },
      stop: { code: 200, reply: ['g1'], there: ['taken', 'g1'] },
    },
  },
  partialBatchReply: {
    seen: partial,
    outcomes: {
      done: { code: 200, reply: ['g1', 'g2'], there: ['taken', 'g1', 'g2'] },
      failure: { code: 409, reply: undefined, there: ['taken', 'g1', 'g2'] },
      nulls: { code: 200, reply: ['g1', null, 'g2'], there: ['taken', 'g1', 'g2'] },
    },
  },
  batchValidation: {
    seen(at) {
      at.authing.configure({ batch: 'skip' });
      at.code('create-users-batch', { list: [{ username: 'g1' }, { email: 'bad' }] });
      return names(at);
    },
    outcomes: { whole: [], item: ['g1'] },
  },
  overLimit: {
    seen(at) {
      const list = Array.from({ length: 51 }, (_, n) => ({ username: `u${n}` }));
      at.code('create-users-batch', { list });
      return at.ok('list-users').totalCount as number;
    },
    outcomes: { refuse: 0, truncate: 50 },
  },
  replyOrder: {
    seen(at) {
      const list = Array.from({ length: 9 }, (_, n) => ({ username: `u${n}` }));
      const made = at.ok('create-users-batch', { list }).map((it: Json) => it.username);
      return [made.join() === names(at).join(), [...made].sort().join() === names(at).join()];
    },
    outcomes: { same: [true, true], shuffled: [false, true] },
  },
  unknownInAdd: {
    seen(at) {
      const { departmentId } = addDepartment(at);
      const { userId } = addPerson(at);
      const call = { organizationCode: 'acme', departmentId };
      const code = at.code('add-department-members', { ...call, userIds: [userId, 'nobody'] });
      return [code, at.ok('list-department-member-ids', call).length];
    },
    outcomes: { refuse: ['404/2004', 0], ignore: ['200', 1] },
  },
  unknownInRemove: {
    seen(at) {
      const { departmentId } = addDepartment(at);
      const call = { organizationCode: 'acme', departmentId, userIds: ['nobody'] };
      return [
        at.code('remove-department-members', call),
        at.code('delete-users-batch', { userIds: ['nobody'] }),
        at.code('resign-user-batch', { userIds: ['nobody'] }),
      ];
    },
    outcomes: {
      ignore: ['200', '200', '200'],
      refuse: ['404/2004', '404/2004', '404/2004'],
    },
  },
};
