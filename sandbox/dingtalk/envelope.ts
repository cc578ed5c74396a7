/** The shapes of DingTalk's replies: old interface, errcode 88, new interface, and the page of a ban. */
import type { SandboxReply } from '../exchange.ts';
import type { Switches } from './switches.ts';

/** What an endpoint decided, before the envelope is put around it. */
export type Answer =
  | { kind: 'result'; result: string; objects?: string[] }
  /** Fields at the top level instead of `result` (auth/scopes). */
  | { kind: 'fields'; fields: string; objects?: string[] }
  /** Unwrapped business error. */
  | { kind: 'business'; code: string; objects?: string[] }
  /** Token, permission, address and throttle errors, wrapped in 88. */
  | { kind: 'gateway'; code: string; message: string }
  /** Error of the new interface. */
  | { kind: 'new'; status: number; code: string; message: string; more?: Record<string, unknown> }
  /** Success of the new interface. */
  | { kind: 'plain'; body: string; objects?: string[] };

/** Texts of the vendor's table of codes, and as captured live for 50002 and 50004. */
const BUSINESS_TEXTS: Record<string, string> = {
  '-1': '系统繁忙',
  '33012': '无效的USERID',
  '40003': '不合法的UserID',
  '40009': '不合法的部门id',
  '40035': '不合法的参数',
  '40068': '不合法的偏移量',
  '40069': '不合法的分页大小',
  '40104': '无效手机号',
  '43002': '需要POST请求',
  '50002': '请求的员工userid不在授权范围内',
  '50003': '应用已停用',
  '50004': '请求的部门id不在授权范围内',
  '50005': '企业已禁用',
  '60003': '部门不存在',
  '60111': 'UserID不存在',
  '60121': '找不到该用户',
  '70001': '企业不存在或者已经被解散',
  '43001': '需要GET请求',
  '71006': '回调地址已经存在',
  '71007': '回调地址已不存在',
  '71008': '非法的事件类型',
  '71009': '返回文本非success',
  '71011': '非法的url',
  '71012': 'url地址访问异常',
  '71013': '域名或IP不允许访问',
  '400002': '参数错误',
  '400040': '不合法的aes_key',
  '400041': '不合法的token',
  '400050': '回调事件类型为空',
};

let requests = 0;

/** 15 lower-case letters and digits, different each time. */
export function requestId(): string {
  requests += 1;
  return `15s1k${requests.toString(36).padStart(10, '0')}`;
}

function upperRequestId(): string {
  requests += 1;
  const tail = requests.toString(16).toUpperCase().padStart(12, '0');
  return `0B1F6C9E-7A52-7D10-9C11-${tail}`;
}

function businessText(code: string): string {
  return BUSINESS_TEXTS[code] ?? '业务错误';
}

export function business(code: string, objects?: string[]): Answer {
  return objects ? { kind: 'business', code, objects } : { kind: 'business', code };
}

/** Puts the envelope around an answer. */
export function toReply(answer: Answer, switches: Switches): SandboxReply {
  const objects = 'objects' in answer && answer.objects ? { objects: answer.objects } : {};
  switch (answer.kind) {
    case 'result':
      return { body: success(`"result":${answer.result}`, switches), code: '0', ...objects };
    case 'fields':
      return { body: success(answer.fields, switches), code: '0', ...objects };
    case 'business': {
      const error = `{"errcode":${answer.code},"errmsg":${JSON.stringify(businessText(answer.code))}`;
      return { body: `${error}${idField(switches)}}`, code: answer.code, ...objects };
    }
    case 'gateway':
      return gatewayReply(answer.code, answer.message, switches);
    case 'new': {
      const error = {
        code: answer.code,
        requestid: upperRequestId(),
        message: answer.message,
        ...answer.more,
      };
      return { status: answer.status, body: error, code: answer.code };
    }
    case 'plain':
      return { body: answer.body, code: '0', ...objects };
  }
}

function success(fields: string, switches: Switches): string {
  const message = switches.errmsgOnSuccess ? ',"errmsg":"ok"' : '';
  const rest = fields === '' ? '' : `,${fields}`;
  return `{"errcode":0${message}${rest}${idField(switches)}}`;
}

function idField(switches: Switches): string {
  return switches.requestIds ? `,"request_id":"${requestId()}"` : '';
}

function gatewayReply(code: string, message: string, switches: Switches): SandboxReply {
  const id = switches.requestIds ? { request_id: requestId() } : {};
  if (/^9\d{4}$/.test(code) && !switches.throttleWrapped) {
    return { body: { errcode: Number(code), errmsg: message, ...id }, code };
  }
  const wrapped: Record<string, unknown> = { errcode: 88 };
  if (switches.subCode !== 'absent') {
    wrapped[String(switches.subCode)] = code;
    wrapped.sub_msg = message;
  }
  wrapped.errmsg = `ding talk error[subcode=${code},submsg=${message}]`;
  return { body: { ...wrapped, ...id }, code };
}

/** KB:call-frequency-limit: an HTML page, or `{"status":1111,…}`; neither has an errcode. */
export function banReply(switches: Switches): SandboxReply {
  const status = Number(switches.banHttpStatus);
  if (switches.banReply === 'json') {
    const body = {
      status: 1111,
      wait: 5,
      source: 'x5',
      punish: 'deny',
      uuid: upperRequestId().toLowerCase(),
    };
    return { status, body, code: 'ban' };
  }
  const body =
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>访问受限</title></head>' +
    '<body><h1>亲，访问受限了</h1><p>您的访问过于频繁，请稍后再试。</p></body></html>';
  return { status, body, contentType: 'text/html; charset=utf-8', code: 'ban' };
}
