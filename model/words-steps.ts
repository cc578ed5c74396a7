/** Words of a diagnosis: its steps, their states, its verdict. */
import type {
  DiagnosisFacts,
  DiagnosisStatus,
  DiagnosisStepName,
  DiagnosisVerdict,
  FactState,
} from './diagnosis.ts';

type Both = { en: string; zh: string };

export const stepWords: Record<DiagnosisStepName, Both> = {
  proxy: { en: 'egress proxy', zh: '出口代理' },
  tunnel: { en: 'tunnel to DingTalk', zh: '到钉钉的通道' },
  credentials: { en: 'AppKey and AppSecret', zh: 'AppKey 和 AppSecret' },
  company: { en: 'CorpId', zh: 'CorpId' },
  address: { en: 'our egress address', zh: '出口 IP' },
  scope: { en: 'app and its scope', zh: '应用及其权限范围' },
  departments: { en: 'read departments', zh: '读取部门' },
  people: { en: 'read people', zh: '读取成员' },
  fields: { en: 'fields of people', zh: '成员字段' },
  counts: { en: 'number of people', zh: '成员数量' },
  reach: { en: 'Authing reachable', zh: '连接 Authing' },
  key: { en: 'access key', zh: '访问密钥' },
  pool: { en: 'user pool', zh: '用户池' },
  organization: { en: 'organisation', zh: '组织机构' },
  write: { en: 'right to write', zh: '写入权限' },
  customFields: { en: 'custom fields', zh: '自定义字段' },
};

export const factWords: Record<keyof DiagnosisFacts, Both> = {
  proxy: { en: 'proxy', zh: '代理' },
  address: { en: 'address', zh: '出口 IP' },
  scope: { en: 'scope', zh: '范围' },
  departments: { en: 'departments', zh: '部门' },
  people: { en: 'people', zh: '成员' },
  firstLevel: { en: 'below the root', zh: '一级部门' },
  looked: { en: 'people looked at', zh: '抽查成员' },
  present: { en: 'present', zh: '已返回' },
  absent: { en: 'absent', zh: '缺少' },
  visible: { en: 'visible', zh: '可见' },
  organizations: { en: 'organisations', zh: '组织机构' },
  code: { en: 'code', zh: '标识' },
  state: { en: 'state', zh: '状态' },
  defined: { en: 'defined', zh: '已定义' },
};

const factStateWords: Record<FactState, Both> = {
  none: { en: 'none', zh: '无' },
  allowed: { en: 'allowed', zh: '已放行' },
  whole_company: { en: 'whole company', zh: '全公司' },
  exists: { en: 'exists', zh: '已存在' },
  will_be_created: { en: 'will be created', zh: '将自动创建' },
};

/** A fact's value for a reader: states in words, numbers and names as they are. */
export function factValue(
  name: keyof DiagnosisFacts,
  value: string | number,
  language: 'en' | 'zh',
): string {
  // The organisation's code is the administrator's own word, whatever it is.
  if (name === 'code' || !isState(value)) return String(value);
  return factStateWords[value][language];
}

function isState(value: string | number): value is FactState {
  return Object.hasOwn(factStateWords, value);
}

export const statusWords: Record<DiagnosisStatus, Both> = {
  ok: { en: 'ok', zh: '正常' },
  warning: { en: 'warning', zh: '注意' },
  failed: { en: 'failed', zh: '失败' },
  not_checked: { en: 'not checked', zh: '未检查' },
};

export const verdictWords: Record<DiagnosisVerdict, Both> = {
  healthy: { en: 'Healthy: an import can start.', zh: '正常：可以开始导入。' },
  needs_attention: {
    en: 'Works, with a loss: read the warnings before the first import.',
    zh: '可以使用，但有缺失：首次导入前请查看上面的提示。',
  },
  broken: { en: 'Broken: no import can start yet.', zh: '不可用：目前无法开始导入。' },
};
