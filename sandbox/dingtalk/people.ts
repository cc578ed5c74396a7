/** The interfaces about one person or about their number, and the scope of the app. */
import { text } from './call.ts';
import type { Call, Endpoint } from './call.ts';
import type { Person } from './company.ts';
import { personInScope, seePerson } from './directory.ts';
import { business } from './envelope.ts';
import type { Answer } from './envelope.ts';
import { singlePerson } from './wire.ts';

function findPerson(call: Call, userid: string): Person | undefined {
  const exact = seePerson(call.company, userid, call.now);
  if (exact || call.switches.useridCase === 'exact') return exact;
  const folded = userid.toLowerCase();
  for (const each of call.company.people.keys()) {
    if (each.toLowerCase() === folded) return seePerson(call.company, each, call.now);
  }
  return undefined;
}

const get: Endpoint = {
  permission: 'qyapi_get_member',
  method: 'POST',
  answer(call) {
    const userid = text(call.parameters.userid);
    if (userid === null) return business('400002');
    const person = findPerson(call, userid);
    if (!person) return business(String(call.switches.unknownPersonCode), [userid]);
    if (!personInScope(call.company, call.app.scope, person)) return business('50002', [userid]);
    return { kind: 'result', result: singlePerson(call, person), objects: [userid] };
  },
};

/** Counts the whole company, whatever the app's scope, says its page. */
const count: Endpoint = {
  permission: 'qyapi_get_member',
  method: 'POST',
  answer(call) {
    const asked = call.parameters.only_active;
    if (asked === undefined || asked === null || asked === '') return business('400002');
    const onlyActive = asked === true || asked === 'true' || asked === 1;
    let sum = call.company.people.size;
    if (onlyActive) {
      sum = 0;
      for (const person of call.company.people.values()) if (person.active) sum += 1;
    }
    return { kind: 'result', result: `{"count":${sum}}` };
  },
};

function findBy(call: Call, matches: (person: Person) => boolean): Answer | Person {
  for (const person of call.company.people.values()) {
    if (!matches(person)) continue;
    if (personInScope(call.company, call.app.scope, person)) return person;
    return business('50002', [person.userid]);
  }
  return business('60121');
}

const getByUnionId: Endpoint = {
  permission: 'qyapi_get_member',
  method: 'POST',
  answer(call) {
    const unionid = text(call.parameters.unionid);
    if (unionid === null) return business('400002');
    const found = findBy(call, (person) => person.unionid === unionid);
    if ('kind' in found) return found;
    const result = JSON.stringify({ contact_type: 0, userid: found.userid });
    return { kind: 'result', result, objects: [found.userid] };
  },
};

const getByMobile: Endpoint = {
  permission: 'qyapi_get_member_by_mobile',
  method: 'POST',
  answer(call) {
    const mobile = text(call.parameters.mobile);
    if (mobile === null) return business('400002');
    if (!/^[+\d-]{5,20}$/.test(mobile)) return business('40104');
    const found = findBy(call, (person) => person.mobile === mobile);
    if ('kind' in found) return found;
    const result = JSON.stringify({ userid: found.userid });
    return { kind: 'result', result, objects: [found.userid] };
  },
};

/** The old names of the fields, as KB:obtain-corpsecret-authorization-scope lists them. */
function fieldNames(call: Call): string[] {
  const names = ['jobnumber', 'isLeader', 'name', 'position', 'isAdmin', 'avatar', 'department'];
  names.push('userid');
  if (call.app.fields.mobile) names.push('mobile');
  if (call.app.fields.email) names.push('email');
  return names;
}

const scopes: Endpoint = {
  permission: 'qyapi_base',
  method: 'GET',
  answer(call) {
    const { scope } = call.app;
    const fields = {
      condition_field: [],
      auth_user_field: fieldNames(call),
      auth_org_scopes: { authed_user: scope.people, authed_dept: scope.departments },
    };
    return { kind: 'fields', fields: JSON.stringify(fields).slice(1, -1) };
  },
};

export const personEndpoints: Record<string, Endpoint> = {
  '/topapi/v2/user/get': get,
  '/topapi/v2/user/getbymobile': getByMobile,
  '/topapi/user/getbyunionid': getByUnionId,
  '/topapi/user/count': count,
  '/auth/scopes': scopes,
};
