/** DingTalk's example answers and a transport that gives them without a network. */
import { createDingTalk } from '../../connectors/dingtalk/dingtalk.ts';
import type { DingTalk, DingTalkOptions } from '../../connectors/dingtalk/dingtalk.ts';
import type { Exchange, Reply, Transport } from '../../connectors/transport.ts';

export const address = {
  corpId: 'dingsimcorp0001',
  appKey: 'dingsimappkey00000001',
  oapi: 'https://oapi.dingtalk.example',
  api: 'https://api.dingtalk.example',
};

export const tokenAnswer = {
  errcode: 0,
  access_token: '5f0c2a9be1d43c7f9a77aa10b2c3d4e5',
  errmsg: 'ok',
  expires_in: 7200,
};

/** Answers in the documented shapes, by interface; numbers above 2^53 as they arrive. */
export const examples = {
  gettoken: JSON.stringify(tokenAnswer),
  'auth/scopes':
    '{"errcode":0,"errmsg":"ok","condition_field":[],"auth_user_field":["name","userid","department"],"auth_org_scopes":{"authed_user":["u-0002"],"authed_dept":[300000001]}}',
  'topapi/v2/department/listsub':
    '{"errcode":0,"errmsg":"ok","result":[{"auto_add_user":true,"create_dept_group":true,"dept_id":300000001,"name":"研发中心","parent_id":1},{"auto_add_user":false,"create_dept_group":false,"dept_id":300000002,"name":"销售部","parent_id":1}],"request_id":"15s1k9x2a7m4q"}',
  'topapi/v2/department/get':
    '{"errcode":0,"errmsg":"ok","result":{"dept_id":300000003,"name":"平台组","parent_id":300000001,"order":176275808490200512,"brief":"","create_dept_group":false,"hide_dept":false,"dept_permits":[],"dept_manager_userid_list":["u-0002"],"source_identifier":"RD-PLAT","member_count":12},"request_id":"15s1k9x2a7m51"}',
  'topapi/v2/department/listparentbydept':
    '{"errcode":0,"errmsg":"ok","result":{"parent_id_list":[300000003,300000001,1]},"request_id":"15s1k9x2a7m53"}',
  'topapi/v2/user/list':
    '{"errcode":0,"errmsg":"ok","result":{"has_more":true,"next_cursor":2,"list":[{"userid":"u-1001","unionid":"SimUnion0000000000001iE","name":"王一","avatar":"","state_code":"86","mobile":"13900000001","hide_mobile":false,"telephone":"","job_number":"E1001","title":"工程师","email":"wang1@example.com","org_email":"wang1@corp.example.com","work_place":"杭州","remark":"","dept_id_list":[300000001,300000002],"dept_order":176300000000000513,"extension":"{\\"工位\\":\\"A-12\\"}","hired_date":1609430400000,"active":true,"admin":false,"boss":false,"leader":true,"exclusive_account":false},{"userid":"0123456789012345","unionid":"SimUnion0000000000002iE","name":"李二","avatar":"https://static.example.com/a.jpg","hide_mobile":true,"telephone":"","job_number":"","title":"","dept_id_list":[300000001],"dept_order":179900000000000257,"active":false,"admin":false,"boss":false,"leader":false,"exclusive_account":false}]},"request_id":"15s1k9x2a7m60"}',
  'topapi/user/listid':
    '{"errcode":0,"errmsg":"ok","result":{"userid_list":["u-1001","0123456789012345"]},"request_id":"15s1k9x2a7m80"}',
  'topapi/v2/user/get':
    '{"errcode":0,"errmsg":"ok","result":{"userid":"u-1001","unionid":"SimUnion0000000000001iE","name":"王一","avatar":"","state_code":"86","mobile":"13900000001","hide_mobile":false,"telephone":"","job_number":"E1001","title":"工程师","email":"wang1@example.com","org_email":"wang1@corp.example.com","work_place":"杭州","remark":"","manager_userid":"u-0002","dept_id_list":[300000001,300000002],"dept_order_list":[{"dept_id":300000001,"order":176300000000000513}],"leader_in_dept":[{"dept_id":300000001,"leader":true},{"dept_id":300000002,"leader":false}],"role_list":[{"id":1700000001,"name":"主管","group_name":"默认"}],"extension":"{\\"工位\\":\\"A-12\\"}","hired_date":1609430400000,"create_time":"2021-01-02T03:04:05.000Z","active":true,"real_authed":true,"senior":false,"admin":false,"boss":false,"exclusive_account":false,"union_emp_ext":{}},"request_id":"15s1k9x2a7m70"}',
  'topapi/user/count':
    '{"errcode":0,"errmsg":"ok","result":{"count":17},"request_id":"15s1k9x2a7m90"}',
} as const;

export type Interface = keyof typeof examples;

export interface Desk {
  source: DingTalk;
  /** What was sent, in order. */
  sent: Exchange[];
  /** Texts, replies or failures by interface; the documented example where nothing is said. */
  answers: Partial<
    Record<string, (exchange: Exchange) => string | Reply | Promise<string | Reply>>
  >;
}

export function reply(text: string, status = 200, headers: Record<string, string> = {}): Reply {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status, json, head: text.slice(0, 200), headers };
}

export function desk(options: Partial<DingTalkOptions> = {}): Desk {
  const made: Desk = { source: undefined as unknown as DingTalk, sent: [], answers: {} };
  const transport: Transport = {
    openSockets: 0,
    close: () => undefined,
    async send(exchange) {
      exchange.signal?.throwIfAborted();
      made.sent.push(exchange);
      const said = await made.answers[exchange.name]?.(exchange);
      const text = said ?? examples[exchange.name as Interface];
      return typeof text === 'string' ? reply(text) : text;
    },
  };
  made.source = createDingTalk({
    address,
    appSecret: 'canary-app-secret',
    transport,
    tokens: { get: async () => null, set: async () => undefined },
    limiter: async () => undefined,
    ...options,
  });
  return made;
}
