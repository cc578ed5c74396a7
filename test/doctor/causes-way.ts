/** Causes on the way to DingTalk: proxy, tunnel, keys, egress address. */
import { app, fault } from './cause.ts';
import type { Cause } from './cause.ts';

export const causesOfTheWay: Cause[] = [
  {
    name: 'nothing listens at the proxy’s address',
    code: 'EGRESS_PROXY_REFUSED',
    step: 'proxy',
    status: 'failed',
    prepare: ({ typed, nowhere }) => void (typed.secrets.sourceProxy = `http://${nowhere}`),
  },
  {
    name: 'the proxy’s name does not exist',
    code: 'EGRESS_PROXY_UNRESOLVED',
    step: 'proxy',
    status: 'failed',
    prepare: ({ typed }) => void (typed.secrets.sourceProxy = 'http://proxy.invalid:3128'),
  },
  {
    name: 'the proxy accepts and says nothing',
    code: 'EGRESS_PROXY_TIMEOUT',
    step: 'proxy',
    status: 'failed',
    timeoutMs: 700,
    prepare: ({ typed, silent }) => void (typed.secrets.sourceProxy = `http://${silent}`),
  },
  {
    name: 'the proxy wants a password',
    code: 'EGRESS_PROXY_AUTH',
    step: 'proxy',
    status: 'failed',
    prepare: (stage) => fault(stage, { side: 'proxy', kind: '407' }),
  },
  {
    name: 'the proxy closes in place of an answer',
    code: 'EGRESS_PROXY_BROKEN',
    step: 'proxy',
    status: 'failed',
    prepare: (stage) => fault(stage, { side: 'proxy', kind: 'fin-mid-connect' }),
  },
  {
    name: 'the proxy is asked for by HTTPS and shows a certificate of nobody we trust',
    code: 'EGRESS_PROXY_CERTIFICATE',
    step: 'proxy',
    status: 'failed',
    prepare: ({ typed }) => {
      typed.secrets.sourceProxy = typed.target.host;
      typed.ca = undefined;
    },
  },
  {
    name: 'the proxy cannot reach DingTalk',
    code: 'EGRESS_PROXY_UPSTREAM',
    step: 'tunnel',
    status: 'failed',
    prepare: (stage) => fault(stage, { side: 'proxy', kind: '502' }),
  },
  {
    name: 'somebody in between shows another certificate',
    code: 'SOURCE_CERTIFICATE',
    step: 'tunnel',
    status: 'failed',
    prepare: ({ typed }) => void (typed.ca = undefined),
  },
  {
    name: 'the proxy does not let us through to one of DingTalk’s hosts',
    code: 'EGRESS_PROXY_DENIED',
    step: 'tunnel',
    status: 'failed',
    prepare: ({ typed }) => void (typed.source.api = 'https://api.dingtalk.invalid'),
  },
  {
    name: 'the tunnel is so slow that nothing comes in time',
    code: 'SOURCE_TIMEOUT',
    step: 'tunnel',
    status: 'failed',
    timeoutMs: 700,
    prepare: (stage) => fault(stage, { side: 'proxy', kind: 'one-byte' }),
  },
  {
    name: 'the tunnel breaks when DingTalk should speak',
    code: 'SOURCE_CONNECTION_BROKEN',
    step: 'tunnel',
    status: 'failed',
    prepare: (stage) => fault(stage, { side: 'proxy', kind: 'reset-after-200' }),
  },
  {
    name: 'no proxy was wanted, and nothing listens at DingTalk’s address',
    code: 'SOURCE_UNREACHABLE',
    step: 'tunnel',
    status: 'failed',
    prepare: ({ typed, nowhere }) => {
      typed.secrets.sourceProxy = 'none';
      typed.source.oapi = `https://${nowhere}`;
    },
  },
  {
    name: 'no proxy was wanted, and what answers does not speak TLS',
    code: 'SOURCE_TLS_FAILED',
    step: 'tunnel',
    status: 'failed',
    prepare: ({ typed, plain }) => {
      typed.secrets.sourceProxy = 'none';
      typed.source.oapi = `https://${plain}`;
    },
  },
  {
    name: 'the AppSecret is wrong',
    code: 'SOURCE_CREDENTIALS_REJECTED',
    step: 'credentials',
    status: 'failed',
    prepare: ({ typed }) => void (typed.secrets.appSecret = 'wrong'),
  },
  {
    name: 'the AppKey is wrong',
    code: 'SOURCE_CREDENTIALS_REJECTED',
    step: 'credentials',
    status: 'failed',
    prepare: ({ typed }) => void (typed.source.appKey = 'dingwrong'),
  },
  {
    name: 'the CorpId is of another company',
    code: 'SOURCE_COMPANY_UNKNOWN',
    step: 'company',
    status: 'failed',
    prepare: ({ typed }) => void (typed.source.corpId = 'dingother'),
  },
  {
    name: 'the proxy’s address is not on the app’s list',
    code: 'SOURCE_IP_NOT_ALLOWED',
    step: 'address',
    status: 'failed',
    prepare: (stage) => app(stage, { allowList: ['203.0.113.9'] }),
  },
  {
    name: 'the address is banned for too many calls',
    code: 'SOURCE_ADDRESS_BANNED',
    step: 'address',
    status: 'failed',
    prepare: (stage) => fault(stage, { side: 'dingtalk', kind: 'ban', interface: 'auth/scopes' }),
  },
  {
    name: 'too many companies share the proxy’s address',
    code: 'SOURCE_IP_SHARED',
    step: 'address',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, {
        side: 'dingtalk',
        kind: 'errcode',
        interface: 'auth/scopes',
        parameters: { code: '90017', message: 'ip shared' },
      }),
  },
  {
    name: 'no proxy was wanted, and this machine is not on the app’s list',
    code: 'SOURCE_IP_NOT_ALLOWED',
    step: 'address',
    status: 'failed',
    prepare: ({ typed, direct }) => {
      typed.secrets.sourceProxy = 'none';
      Object.assign(typed.source, { oapi: direct, api: direct });
    },
  },
];
