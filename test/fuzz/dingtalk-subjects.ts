/** Every reply of DingTalk that the product reads, for the fuzzer. */
import { createDingTalk } from '../../connectors/dingtalk/dingtalk.ts';
import { address, examples } from '../connectors/dingtalk-desk.ts';
import { isFields, isText, isTextList, must } from './subject.ts';
import type { DingTalk } from '../../connectors/dingtalk/dingtalk.ts';
import type { Reply } from '../../connectors/transport.ts';
import type { Subject } from './subject.ts';

const refusals = [
  '{"errcode":40096,"errmsg":"不合法的appKey或appSecret"}',
  '{"errcode":60003,"errmsg":"部门不存在","request_id":"15s1k9x2a7m4t"}',
  '{"errcode":60121,"errmsg":"找不到该用户","request_id":"15s1k9x2a7m71"}',
  '{"errcode":50004,"errmsg":"请求的部门id不在授权范围内","request_id":"15s1k9x2a7m52"}',
  '{"errcode":88,"sub_code":"40014","sub_msg":"不合法的access_token","errmsg":"ding talk error[subcode=40014,submsg=不合法的access_token]","request_id":"15s1k9x2a7m90"}',
  '{"errcode":88,"sub_code":"60011","sub_msg":"应用尚未开通所需的权限：[qyapi_get_department_list]，点击链接申请并开通即可：https://open-dev.example/a","errmsg":"ding talk error[subcode=60011,submsg=应用尚未开通所需的权限：[qyapi_get_department_list]，…]","request_id":"15s1k9x2a7m91"}',
  '{"errcode":88,"sub_code":"60020","sub_msg":"访问ip不在白名单之中,request ip=198.51.100.7 appKey(dingsimappkey00000001)","errmsg":"x","request_id":"15s1k9x2a7m92"}',
  '{"errcode":88,"errmsg":"ding talk error[subcode=90002,submsg=请求被暂时限制了, apiPath(dingtalk.oapi.v2.department.listsub), 请求总次数超过 1200 次, 限制将在 2026-09-03 00:01:03 结束.]"}',
  '{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"5c1d"}',
  '{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","requestid":"2F0D","message":"x","accessdenieddetail":{"requiredScopes":["Contact.Common.Read"]}}',
];

/** Only these say that an object is gone. */
const GONE = /33012|40003|60111|60121|40009|60003/;

const page = /^topapi\/v2\/user\/list$/;

export function dingtalkSubjects(): Subject[] {
  const root = '300000001';
  return [
    subject('gettoken', (it) => it.token(), checkToken),
    subject('auth/scopes', (it) => it.scopes(), checkScopes),
    subject('topapi/v2/department/listsub', (it) => it.childDepartments('1'), listOf(isDepartment)),
    subject('topapi/v2/department/get', (it) => it.department('300000003'), isDepartment),
    subject('topapi/v2/department/listparentbydept', (it) => it.departmentPath(root), areIds),
    subject('topapi/v2/user/list', (it) => it.members(root, 0), checkPage),
    subject('topapi/user/listid', (it) => it.memberIds(root), areIds),
    subject('topapi/v2/user/get', (it) => it.person('u-1001'), isPerson),
    subject('topapi/v2/user/get', (it) => it.presentFields('u-1001'), areIds),
    subject('topapi/user/count', (it) => it.peopleCount(), checkCount),
    subject('v1.0/oauth2/{corpId}/token', (it) => it.proveCompany(), checkNothing),
  ];
}

function subject(
  name: string,
  read: (source: DingTalk) => Promise<unknown>,
  check: (result: unknown) => void,
): Subject {
  const own = Object.entries(examples).filter(([it]) => it === name);
  const token = '{"access_token":"5f0c2a9be1d43c7f9a77aa10b2c3d4e5","expires_in":7200}';
  return {
    name: `dingtalk ${name}`,
    examples: [...(own.length > 0 ? own.map(([, it]) => it) : [token]), ...refusals],
    read: (reply) => read(sourceThatGets(name, reply)),
    check(result, text) {
      if (result !== 'gone') return check(result);
      must(GONE.test(text), 'gone without one of the six codes');
      must(!page.test(name) || !/"list"/.test(text) || GONE.test(text), 'gone with a list');
    },
  };
}

function sourceThatGets(name: string, reply: Reply): DingTalk {
  let sent = 0;
  const token: Reply = { status: 200, json: JSON.parse(examples.gettoken), head: '', headers: {} };
  return createDingTalk({
    address,
    appSecret: 'secret',
    tokens: { get: async () => null, set: async () => undefined },
    limiter: async () => undefined,
    transport: {
      openSockets: 0,
      close: () => undefined,
      async send(exchange) {
        sent += 1;
        must(sent < 10, 'no end of calls');
        return exchange.name === name ? reply : token;
      },
    },
  });
}

function listOf(check: (it: unknown) => void): (result: unknown) => void {
  return (result) => {
    must(Array.isArray(result), 'no list');
    for (const it of result as unknown[]) check(it);
  };
}

function areIds(result: unknown): void {
  must(isTextList(result) && result.every((it) => it !== ''), 'no ids');
}

function isDepartment(it: unknown): void {
  must(isFields(it), 'no department');
  must(isText(it['id']) && /^[1-9]\d{0,15}$/.test(it['id']), 'no department id');
  // Empty when DingTalk says none: whoever writes it knows what to call it.
  must(isText(it['name']), 'no name');
  must(it['parentId'] === null || isText(it['parentId']), 'no parent');
  must(it['managerIds'] === undefined || isTextList(it['managerIds']), 'no managers');
}

const TEXTS = ['unionId', 'mobile', 'stateCode', 'email', 'orgEmail', 'jobNumber', 'title'].concat([
  'avatar',
  'telephone',
  'workPlace',
  'remark',
  'managerId',
]);

function isPerson(it: unknown): void {
  must(isFields(it), 'no person');
  must(isText(it['id']) && it['id'].length > 0 && it['id'].length <= 64, 'no person id');
  must(isText(it['name']), 'no name');
  must(typeof it['active'] === 'boolean', 'no flag');
  const departments = it['departmentIds'];
  must(isTextList(departments) && departments.length > 0, 'no departments');
  must(
    departments.every((id) => /^[1-9]\d{0,15}$/.test(id)),
    'no department ids',
  );
  for (const name of TEXTS) {
    must(!(name in it) || (isText(it[name]) && it[name] !== ''), `${name} is no text`);
  }
  must(!('hiredAt' in it) || Number.isSafeInteger(it['hiredAt']), 'hiredAt is no time');
  must(!('leads' in it) || isTextList(it['leads']), 'leads are no ids');
}

function checkPage(result: unknown): void {
  must(isFields(result), 'no page');
  listOf(isPerson)(result['people']);
  must(result['next'] === undefined || Number.isSafeInteger(result['next']), 'no cursor');
  listOf((it) => {
    must(isFields(it) && isText(it['reason']), 'no reason');
    must(it['id'] === null || isText(it['id']), 'no rejected id');
    must(it['reason'].length <= 80, 'a long reason');
  })(result['rejected']);
}

function checkScopes(result: unknown): void {
  must(isFields(result), 'no scopes');
  areIds(result['departmentIds']);
  areIds(result['personIds']);
  must(isTextList(result['fields']), 'no fields');
}

function checkToken(result: unknown): void {
  must(isText(result) && /^[\x21-\x7e]{1,512}$/.test(result), 'no token');
}

function checkCount(result: unknown): void {
  must(Number.isSafeInteger(result) && Number(result) >= 0, 'no count');
}

function checkNothing(result: unknown): void {
  must(result === undefined, 'something');
}
