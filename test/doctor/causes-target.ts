/** Causes on Authing's side. */
import { fault } from './cause.ts';
import type { Cause } from './cause.ts';

export const causesOfTheTarget: Cause[] = [
  {
    name: 'nothing listens at Authing’s address',
    code: 'TARGET_UNREACHABLE',
    step: 'reach',
    status: 'failed',
    prepare: ({ typed, nowhere }) => void (typed.target.host = `https://${nowhere}`),
  },
  {
    name: 'Authing’s address says nothing',
    code: 'TARGET_TIMEOUT',
    step: 'reach',
    status: 'failed',
    timeoutMs: 700,
    prepare: ({ typed, silent }) => void (typed.target.host = `https://${silent}`),
  },
  {
    name: 'Authing’s certificate is of nobody we trust',
    code: 'TARGET_CERTIFICATE',
    step: 'reach',
    status: 'failed',
    prepare: ({ typed }) => void (typed.ca = undefined),
  },
  {
    name: 'nothing listens at Authing’s own proxy',
    code: 'EGRESS_PROXY_REFUSED',
    step: 'reach',
    status: 'failed',
    prepare: ({ typed, nowhere }) => void (typed.secrets.targetProxy = `http://${nowhere}`),
  },
  {
    name: 'what answers at Authing’s address does not speak TLS',
    code: 'TARGET_TLS_FAILED',
    step: 'reach',
    status: 'failed',
    prepare: ({ typed, plain }) => void (typed.target.host = `https://${plain}`),
  },
  {
    name: 'the access key’s secret is wrong',
    code: 'TARGET_CREDENTIALS_REJECTED',
    step: 'key',
    status: 'failed',
    prepare: ({ typed }) => void (typed.secrets.accessKeySecret = 'wrong'),
  },
  {
    name: 'Authing’s address leads to something else',
    code: 'TARGET_HOST_WRONG',
    step: 'key',
    status: 'failed',
    prepare: ({ typed }) => void (typed.target.host += '/elsewhere'),
  },
  {
    name: 'the id of the user pool is of another pool',
    code: 'TARGET_POOL_NOT_FOUND',
    step: 'pool',
    status: 'failed',
    prepare: ({ typed }) => void (typed.target.userPoolId = '0'.repeat(24)),
  },
  {
    name: 'Authing takes back each token it gives',
    code: 'TARGET_TOKEN_REJECTED',
    step: 'pool',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'authing', kind: 'revoked-token', interface: 'list-organizations' }),
  },
  {
    name: 'Authing says again and again that calls come too fast',
    code: 'TARGET_RATE_LIMITED',
    step: 'pool',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, {
        side: 'authing',
        kind: 'throttle',
        interface: 'list-organizations',
        parameters: { http: true, retryAfterS: 1 },
      }),
  },
  {
    name: 'the key demands signed requests',
    code: 'TARGET_SIGNATURE_DEMANDED',
    step: 'pool',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, {
        side: 'authing',
        kind: 'statuscode',
        interface: 'list-organizations',
        parameters: { statusCode: 400, apiCode: 1300, message: '签名错误' },
      }),
  },
  {
    name: 'Authing answers with a code that nobody documents',
    code: 'TARGET_ANSWER_UNKNOWN',
    step: 'pool',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, {
        side: 'authing',
        kind: 'statuscode',
        interface: 'list-organizations',
        parameters: { statusCode: 418, message: 'so not' },
      }),
  },
  {
    name: 'Authing answers with a gateway’s page',
    code: 'TARGET_UNAVAILABLE',
    step: 'organization',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'authing', kind: '5xx', interface: 'get-organization' }),
  },
  {
    name: 'the way to Authing breaks off',
    code: 'TARGET_CONNECTION_BROKEN',
    step: 'organization',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'authing', kind: 'reset-before', interface: 'get-organization' }),
  },
  {
    name: 'the key may read and not write',
    code: 'TARGET_FORBIDDEN',
    step: 'write',
    status: 'failed',
    async prepare(stage) {
      const readers = ['get-organization', 'list-organizations', 'get-custom-fields'];
      const key = { accessKeyId: 'reader', accessKeySecret: 'reader-secret', interfaces: readers };
      await stage.control('POST', '/authing/keys', key);
      stage.typed.target.accessKeyId = key.accessKeyId;
      stage.typed.secrets.accessKeySecret = key.accessKeySecret;
    },
  },
  {
    name: 'Authing is disturbed while the right to write is proved',
    code: 'TARGET_WRITE_NOT_PROVED',
    step: 'write',
    status: 'warning',
    prepare: (stage) => fault(stage, { side: 'authing', kind: '5xx', interface: 'create-user*' }),
  },
  {
    name: 'the plan of the user pool does not hold departments',
    code: 'TARGET_PLAN_REQUIRED',
    step: 'write',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, {
        side: 'authing',
        kind: 'statuscode',
        interface: 'create-department',
        parameters: { statusCode: 402, message: '套餐' },
      }),
  },
  {
    name: 'the user pool holds as many people as it may',
    code: 'TARGET_QUOTA_REACHED',
    step: 'write',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, {
        side: 'authing',
        kind: 'statuscode',
        interface: 'create-user*',
        parameters: { statusCode: 400, apiCode: 4021, message: '已达上限' },
      }),
  },
  {
    name: 'Authing’s answer ends in the middle',
    code: 'TARGET_REPLY_UNREADABLE',
    step: 'customFields',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'authing', kind: 'truncated', interface: 'get-custom-fields' }),
  },
];
