/** Every reply of Authing that the product reads, for the fuzzer. */
import { createAuthingClient } from '../../connectors/authing/client.ts';
import { createAuthingReader } from '../../connectors/authing/reader.ts';
import { createAuthingWriter } from '../../connectors/authing/writer.ts';
import { isFields, isText, isTextList, must } from './subject.ts';
import type { TargetReader, TargetWriter } from '../../connectors/target.ts';
import type { Reply, Transport } from '../../connectors/transport.ts';
import type { Subject } from './subject.ts';

const organization =
  '{"organizationCode":"northwind","organizationName":"Northwind","departmentId":"64a0c0ffee00000000000010","openDepartmentId":"dt-1","hasChildren":true,"membersCount":2,"isVirtualNode":false,"createdAt":"2026-01-05T08:00:00.000Z","leaderUserIds":[]}';
const department =
  '{"organizationCode":"northwind","departmentId":"64a0c0ffee00000000000042","openDepartmentId":"dt-42","code":"dt42","name":"Platform","parentDepartmentId":"64a0c0ffee00000000000010","parentDepartmentCode":"northwind","membersCount":0,"hasChildren":false,"isVirtualNode":false,"leaderUserIds":["64a0c0ffee000000000000a1"]}';
const user =
  '{"userId":"64a0c0ffee000000000000a7","status":"Activated","workStatus":"Active","externalId":"dt-u-7","username":"dt-u-7","name":"Ada Lin","phone":"13800000007","phoneCountryCode":"+86","email":"ada@northwind.example","gender":"U","photo":"https://files.example/default.png","emailVerified":true,"loginsCount":0,"lastLogin":null,"customData":{"jobNumber":"N007"},"departmentIds":["64a0c0ffee00000000000042"]}';

const ok = (data: string): string => `{"statusCode":200,"message":"","data":${data}}`;
const counted = (item: string): string => ok(`{"totalCount":1,"list":[${item}]}`);
const done = ok('{"success":true}');

/** A documented success for each interface. */
const examples: Record<string, string> = {
  'get-management-token': ok('{"access_token":"eyJhbGciOi.e30.x","expires_in":7200}'),
  'list-organizations': counted(organization),
  'get-organization': ok(organization),
  'create-organization': ok(organization),
  'update-organization': ok(organization),
  'get-all-departments': counted(department),
  'list-children-departments': counted(department),
  'get-department': ok(department),
  'create-department': ok(department),
  'update-department': ok(department),
  'delete-department': done,
  'list-department-member-ids': ok('["64a0c0ffee000000000000a7"]'),
  'add-department-members': done,
  'remove-department-members': done,
  'get-user-batch': ok(`[${user}]`),
  'create-user': ok(user),
  'create-users-batch': ok(`[${user}]`),
  'update-user': ok(user),
  'update-user-batch': ok(`[${user}]`),
  'get-custom-fields': ok('[{"targetType":"USER","key":"jobNumber","dataType":"STRING"}]'),
  'set-custom-fields': ok('[{"targetType":"USER","key":"jobNumber","dataType":"STRING"}]'),
};

const refusals = [
  '{"statusCode":400,"message":"invalid organization code: 北 风","requestId":"0b6b2a3e-0000-4000-8000-000000000001"}',
  '{"statusCode":404,"message":"organization not found for code: southwind","requestId":"0b6b2a3e-0000-4000-8000-000000000002"}',
  '{"statusCode":409,"apiCode":2026,"message":"用户 13800000007 已存在","requestId":"0b6b2a3e-0000-4000-8000-000000000003"}',
  '{"statusCode":401,"message":"token expired","apiCode":2020}',
  '{"statusCode":429,"message":"slow down ada@northwind.example"}',
  '{"statusCode":500,"message":"server error","requestId":"0b6b2a3e-0000-4000-8000-000000000004"}',
];

interface Desk {
  reader: TargetReader;
  writer: TargetWriter;
}

const ORGANIZATION = 'northwind';
const DEPARTMENT = '64a0c0ffee00000000000042';
const PERSON = '64a0c0ffee000000000000a7';
const fields = { name: 'Ada Lin', username: 'dt-u-7', custom: { jobNumber: 'N007' } };

export function authingSubjects(): Subject[] {
  const parent = '64a0c0ffee00000000000010';
  const isOrganizations = listOf(isOrganization);
  return [
    subject('get-management-token', ({ reader }) => reader.organizations(), isOrganizations),
    subject('list-organizations', ({ reader }) => reader.organizations(), isOrganizations),
    subject(
      'get-organization',
      ({ reader }) => reader.organization(ORGANIZATION),
      orNull(isOrganization),
    ),
    subject(
      'get-all-departments',
      ({ reader }) => reader.departments(ORGANIZATION),
      listOf(isDepartment),
    ),
    subject(
      'get-department',
      ({ reader }) => reader.departmentByKey(ORGANIZATION, 'dt-42'),
      orNull(isDepartment),
    ),
    subject(
      'get-user-batch',
      ({ reader }) => reader.people(['dt-u-7'], 'external_id'),
      listOf(isPerson),
    ),
    subject(
      'list-department-member-ids',
      ({ reader }) => reader.memberIds(ORGANIZATION, DEPARTMENT),
      areTexts,
    ),
    subject('get-custom-fields', ({ reader }) => reader.customFields(), areTexts),
    subject(
      'create-organization',
      ({ writer }) => writer.createOrganization('northwind', 'Northwind'),
      isOrganization,
    ),
    subject(
      'update-organization',
      ({ writer }) => writer.renameOrganization('northwind', 'North'),
      isNothing,
    ),
    subject(
      'create-department',
      ({ writer }) =>
        writer.createDepartment(ORGANIZATION, { key: 'dt-42', name: 'Platform', parentId: parent }),
      isDepartment,
    ),
    subject(
      'update-department',
      ({ writer }) => writer.updateDepartment(ORGANIZATION, DEPARTMENT, { name: 'P' }),
      isNothing,
    ),
    subject(
      'delete-department',
      ({ writer }) => writer.deleteDepartment(ORGANIZATION, DEPARTMENT),
      isNothing,
    ),
    subject('create-users-batch', ({ writer }) => writer.createPeople(newPeople(3)), areEnds(3)),
    subject('create-user', ({ writer }) => writer.createPeople(newPeople(1)), areEnds(1)),
    subject('update-user-batch', ({ writer }) => writer.updatePeople(changes(3)), areEnds(3)),
    subject('update-user', ({ writer }) => writer.updatePeople(changes(1)), areEnds(1)),
    subject(
      'add-department-members',
      ({ writer }) => writer.addMembers(ORGANIZATION, DEPARTMENT, [PERSON]),
      isNothing,
    ),
    subject(
      'remove-department-members',
      ({ writer }) => writer.removeMembers(ORGANIZATION, DEPARTMENT, [PERSON]),
      isNothing,
    ),
    subject(
      'set-custom-fields',
      ({ writer }) => writer.defineCustomFields([{ key: 'title', label: 'Title', type: 'STRING' }]),
      isNothing,
    ),
  ];
}

function newPeople(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    key: n === 0 ? 'dt-u-7' : `dt-u-7${n}`,
    fields,
    departmentIds: [DEPARTMENT],
  }));
}

function changes(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    id: `${PERSON.slice(0, -1)}${7 + n}`,
    fields,
  }));
}

function subject(
  name: string,
  read: (desk: Desk) => Promise<unknown>,
  check: (result: unknown) => void,
): Subject {
  return {
    name: `authing ${name}`,
    examples: [examples[name] ?? done, ...refusals],
    read: (reply) => read(deskThatGets(name, reply)),
    check,
  };
}

/** All other interfaces answer as documented, so that reading back and repeating meet sound replies. */
function deskThatGets(name: string, reply: Reply): Desk {
  let sent = 0;
  const transport: Transport = {
    openSockets: 0,
    close: () => undefined,
    async send(exchange) {
      sent += 1;
      must(sent < 1_000, 'no end of calls');
      if (exchange.name === name) return reply;
      const text = examples[exchange.name] ?? done;
      return { status: 200, json: JSON.parse(text), head: text.slice(0, 200), headers: {} };
    },
  };
  const client = createAuthingClient({
    address: {
      host: 'https://api.authing.example',
      accessKeyId: '64a0c0ffee00000000000001',
      organizationCode: ORGANIZATION,
    },
    accessKeySecret: 'secret',
    transport,
  });
  return { reader: createAuthingReader(client), writer: createAuthingWriter(client) };
}

function listOf(check: (it: unknown) => void): (result: unknown) => void {
  return (result) => {
    must(Array.isArray(result), 'no list');
    for (const it of result as unknown[]) check(it);
  };
}

function orNull(check: (it: unknown) => void): (result: unknown) => void {
  return (result) => {
    if (result !== null) check(result);
  };
}

function isNothing(result: unknown): void {
  must(result === undefined, 'something');
}

function areTexts(result: unknown): void {
  must(isTextList(result), 'no texts');
}

function isOrganization(it: unknown): void {
  must(
    isFields(it) && isText(it['code']) && isText(it['name']) && isText(it['rootId']),
    'no organisation',
  );
}

function isDepartment(it: unknown): void {
  must(isFields(it) && isText(it['id']) && it['id'] !== '' && isText(it['name']), 'no department');
  for (const name of ['key', 'code', 'parentId']) {
    must(it[name] === null || isText(it[name]), `${name} is no text`);
  }
  must(isTextList(it['leaderIds']), 'no leaders');
}

const STATUSES = ['Activated', 'Suspended', 'Deactivated', 'Resigned', 'Archived'];

function isPerson(it: unknown): void {
  must(isFields(it) && isText(it['id']) && it['id'] !== '', 'no person');
  must(it['key'] === null || isText(it['key']), 'no key');
  must(isText(it['status']) && STATUSES.includes(it['status']), 'no status');
  must(it['departmentIds'] === null || isTextList(it['departmentIds']), 'no departments');
  must(isFields(it['fields']), 'no fields');
  for (const [name, value] of Object.entries(it['fields'])) {
    must(name === 'custom' ? isFields(value) : isText(value) && value !== '', `${name} is no text`);
  }
}

/** One end per item, each of one of three kinds. */
function areEnds(count: number): (result: unknown) => void {
  return (result) => {
    must(Array.isArray(result) && result.length === count, 'not one end per item');
    for (const it of result as unknown[]) {
      must(isFields(it), 'no end');
      if (it['outcome'] === 'done') isPerson(it['value']);
      else {
        must(it['outcome'] === 'refused' || it['outcome'] === 'unknown', 'another end');
        checkEnd(it['problem']);
      }
    }
  };
}

function checkEnd(it: unknown): void {
  must(isFields(it) && isText(it['code']), 'no problem');
  must(checkedCodes.test(it['code']), `${it['code']} is no code`);
}

const checkedCodes = /^[A-Z]+(_[A-Z]+)+$/;
