/** Words for requests that the control API refuses. */
import { entries } from './words-entry.ts';

export const requestWords = entries({
  REQUEST_INVALID: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The request is not of the expected form: {field}.',
      means: 'Nothing was done.',
      remedy: 'Correct the named fields and send it again.',
    },
    zh: {
      what: '请求格式不正确：{field}。',
      means: '未做任何操作。',
      remedy: '请修正所列字段后重新提交。',
    },
  },
  REQUEST_UNAUTHORIZED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The request carries no valid token.',
      means: 'Nothing was done.',
      remedy: 'Send the header "Authorization: Bearer …" with the token from the token file.',
    },
    zh: {
      what: '请求中没有有效的令牌。',
      means: '未做任何操作。',
      remedy: '请使用令牌文件中的令牌，发送请求头 “Authorization: Bearer …”。',
    },
  },
  REQUEST_TOO_LARGE: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The request is larger than this interface takes.',
      means: 'Nothing was done.',
      remedy: 'Send less than 256 kB.',
    },
    zh: {
      what: '请求内容超过允许的大小。',
      means: '未做任何操作。',
      remedy: '请将请求内容控制在 256 kB 以内。',
    },
  },
  REQUEST_NOT_JSON: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The body of the request is not JSON.',
      means: 'Nothing was done.',
      remedy: 'Send JSON with the header "Content-Type: application/json".',
    },
    zh: {
      what: '请求内容不是 JSON。',
      means: '未做任何操作。',
      remedy: '请发送 JSON，并加上请求头 “Content-Type: application/json”。',
    },
  },
  REQUEST_TOO_OFTEN: {
    kind: 'transient',
    who: 'administrator',
    en: {
      what: 'More requests came than this interface answers.',
      means: 'This one was not carried out.',
      remedy: 'Wait as long as the header Retry-After says, then ask more slowly.',
    },
    zh: {
      what: '请求过于频繁。',
      means: '本次请求未执行。',
      remedy: '请按响应头 Retry-After 的时间等待，并降低请求频率。',
    },
  },
  REQUEST_TIMED_OUT: {
    kind: 'transient',
    who: 'operator',
    en: {
      what: 'The answer took too long and was given up.',
      means: 'It is not known whether it would have been carried out; reading shows what is true.',
      remedy: 'Ask again; if it happens often, look at the database and at Temporal (GET /readyz).',
    },
    zh: {
      what: '处理时间过长，已放弃等待。',
      means: '无法确定该请求是否已执行；请查询当前状态。',
      remedy: '请重试；如经常出现，请检查数据库和 Temporal（GET /readyz）。',
    },
  },
  PATH_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'There is nothing at this address.',
      means: 'Nothing was done.',
      remedy: 'See GET /openapi.json for all addresses.',
    },
    zh: {
      what: '该地址不存在。',
      means: '未做任何操作。',
      remedy: '所有地址见 GET /openapi.json。',
    },
  },
  METHOD_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'This address does not take this method.',
      means: 'Nothing was done.',
      remedy: 'The header Allow of the answer lists the methods it takes.',
    },
    zh: {
      what: '该地址不支持此请求方法。',
      means: '未做任何操作。',
      remedy: '支持的方法见响应头 Allow。',
    },
  },
  TOKEN_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'There is no token with this id.',
      means: 'Nothing was done.',
      remedy: 'List the tokens and use one of their ids.',
    },
    zh: {
      what: '没有此 ID 的令牌。',
      means: '未做任何操作。',
      remedy: '请查看令牌列表，使用其中的 ID。',
    },
  },
  CONNECTION_CHANGED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Somebody else changed this connection in the meantime.',
      means: 'Your change was not made, so that theirs is not lost.',
      remedy: 'Look at the connection as it is now, then make your change again.',
    },
    zh: {
      what: '在此期间，其他人修改了该连接。',
      means: '为避免覆盖他人的修改，您的修改未保存。',
      remedy: '请查看该连接的当前设置，然后重新修改。',
    },
  },
  VERSION_MISSING: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The request does not say which version of the connection it changes.',
      means: 'Nothing was done.',
      remedy: 'Read the connection and send its ETag in the header If-Match.',
    },
    zh: {
      what: '请求中没有说明要修改的连接版本。',
      means: '未做任何操作。',
      remedy: '请先读取该连接，并在请求头 If-Match 中发送其 ETag。',
    },
  },
  CONNECTION_BUSY: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'A run of this connection is under way.',
      means: 'It was not removed.',
      remedy: 'Wait until the run has ended, or cancel it; then remove the connection.',
    },
    zh: {
      what: '该连接正在同步中。',
      means: '未移除该连接。',
      remedy: '请等待同步结束或先取消同步，然后再移除连接。',
    },
  },
  TEMPORAL_UNAVAILABLE: {
    kind: 'transient',
    who: 'operator',
    en: {
      what: 'Temporal does not answer.',
      means: 'Imports are recorded and start when it is back; other requests were not carried out.',
      remedy: 'Check that Temporal runs and that its address in the settings is right.',
    },
    zh: {
      what: 'Temporal 没有响应。',
      means: '导入会先记录，恢复后自动开始；其他请求未执行。',
      remedy: '请检查 Temporal 是否正在运行，以及配置中的地址是否正确。',
    },
  },
});
