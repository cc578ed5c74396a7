/** Every cause a diagnosis can name: how to bring it about in the sandbox, and the code and step that must come of it. */
import type { ConnectionSecrets } from '../../model/connection.ts';
import type { DiagnosisStepName } from '../../model/diagnosis.ts';
import type { ProblemCode } from '../../model/problem.ts';

/** What a cause may turn: the sandbox through its control API, and what the administrator typed. */
export interface Stage {
  control(method: string, path: string, body?: unknown): Promise<void>;
  appKey: string;
  corpId: string;
  accessKeyId: string;
  typed: {
    source: { corpId: string; appKey: string; oapi: string; api: string };
    target: {
      host: string;
      accessKeyId: string;
      userPoolId?: string;
      organizationCode: string;
    };
    secrets: ConnectionSecrets;
    ca: string | undefined;
  };
  /** Addresses where nothing listens, and where somebody accepts and says nothing. */
  nowhere: string;
  silent: string;
}

export interface Cause {
  name: string;
  code: ProblemCode;
  step: DiagnosisStepName;
  status: 'failed' | 'warning';
  /** Silence is waited for: a short time then, and else one that a busy machine never needs. */
  timeoutMs?: number;
  prepare(stage: Stage): Promise<void> | void;
}

const app = (stage: Stage, body: unknown) => stage.control('PUT', `/apps/${stage.appKey}`, body);
const fault = (stage: Stage, body: unknown) => stage.control('POST', '/faults', body);
const permissions = {
  departments: 'qyapi_get_department_list',
  members: 'qyapi_get_department_member',
  person: 'qyapi_get_member',
  base: 'qyapi_base',
};
const everybody = ['feihua-0001', 'feihua-0002', 'feihua-0003', '0104052619960717'];
const without = (...points: string[]) =>
  Object.values(permissions).filter((it) => !points.includes(it));

export const causes: Cause[] = [
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
    name: 'the app is switched off',
    code: 'SOURCE_APP_DISABLED',
    step: 'scope',
    status: 'failed',
    prepare: (stage) => app(stage, { enabled: false }),
  },
  {
    name: 'the company was dissolved',
    code: 'SOURCE_COMPANY_CLOSED',
    step: 'scope',
    status: 'failed',
    prepare: (stage) =>
      stage.control('PUT', `/companies/${stage.corpId}`, { standing: 'dissolved' }),
  },
  {
    name: 'the app may see nothing',
    code: 'SOURCE_NOTHING_VISIBLE',
    step: 'scope',
    status: 'failed',
    prepare: (stage) => app(stage, { scope: { departments: [], people: [] } }),
  },
  {
    name: 'the app may see one department only',
    code: 'SOURCE_SCOPE_NARROW',
    step: 'scope',
    status: 'warning',
    prepare: (stage) => app(stage, { scope: { departments: [300000001], people: [] } }),
  },
  {
    name: 'the permission to read departments is missing',
    code: 'SOURCE_PERMISSION_MISSING',
    step: 'departments',
    status: 'failed',
    prepare: (stage) => app(stage, { permissions: without(permissions.departments) }),
  },
  {
    name: 'the permission to read members is missing',
    code: 'SOURCE_PERMISSION_MISSING',
    step: 'people',
    status: 'failed',
    prepare: (stage) => app(stage, { permissions: without(permissions.members) }),
  },
  {
    name: 'the field permission for mobile numbers is missing',
    code: 'SOURCE_FIELD_MOBILE_ABSENT',
    step: 'fields',
    status: 'warning',
    prepare: (stage) => app(stage, { fields: { mobile: false } }),
  },
  {
    name: 'the field permission for e-mail addresses is missing',
    code: 'SOURCE_FIELD_EMAIL_ABSENT',
    step: 'fields',
    status: 'warning',
    prepare: (stage) => app(stage, { fields: { email: false } }),
  },
  {
    name: 'nobody is in the departments',
    code: 'SOURCE_NO_PEOPLE_SEEN',
    step: 'people',
    status: 'warning',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'empty-list', interface: 'user/list' }),
  },
  {
    name: 'DingTalk is busy',
    code: 'SOURCE_UNAVAILABLE',
    step: 'departments',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'errcode', interface: 'department/get' }),
  },
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
    name: 'the access key’s secret is wrong',
    code: 'TARGET_CREDENTIALS_REJECTED',
    step: 'key',
    status: 'failed',
    prepare: ({ typed }) => void (typed.secrets.accessKeySecret = 'wrong'),
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
    name: 'Authing answers with a gateway’s page',
    code: 'TARGET_UNAVAILABLE',
    step: 'organization',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'authing', kind: '5xx', interface: 'get-organization' }),
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
    name: 'the company has nobody',
    code: 'SOURCE_COMPANY_EMPTY',
    step: 'counts',
    status: 'warning',
    prepare: (stage) =>
      stage.control('POST', '/dingtalk/changes', {
        changes: everybody.map((userid) => ({ do: 'removePerson', userid })),
      }),
  },
  {
    name: 'a department shows nobody although people are in it',
    code: 'SOURCE_COUNT_DIFFERS',
    step: 'counts',
    status: 'warning',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'empty-list', interface: 'user/list', skip: 2 }),
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
    name: 'Authing is disturbed while the right to write is proved',
    code: 'TARGET_WRITE_NOT_PROVED',
    step: 'write',
    status: 'warning',
    prepare: (stage) => fault(stage, { side: 'authing', kind: '5xx', interface: 'create-user*' }),
  },
];
