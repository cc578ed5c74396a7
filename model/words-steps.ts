/** Words of a diagnosis: its steps, their states, its verdict. */
import type { DiagnosisStatus, DiagnosisStepName, DiagnosisVerdict } from './diagnosis.ts';

type Both = { en: string; zh: string };

export const stepWords: Record<DiagnosisStepName, Both> = {
  proxy: { en: 'egress proxy', zh: '出口代理' },
  tunnel: { en: 'tunnel to DingTalk', zh: '到钉钉的通道' },
  credentials: { en: 'AppKey and AppSecret', zh: 'AppKey 和 AppSecret' },
  company: { en: 'CorpId', zh: 'CorpId' },
  address: { en: 'our egress address', zh: '出口 IP' },
  scope: { en: 'scope of the app', zh: '应用权限范围' },
  departments: { en: 'read departments', zh: '读取部门' },
  people: { en: 'read people', zh: '读取成员' },
  fields: { en: 'fields of people', zh: '成员字段' },
  counts: { en: 'number of people', zh: '成员数量' },
  reach: { en: 'Authing reachable', zh: '连接 Authing' },
  key: { en: 'key and user pool', zh: '密钥与用户池' },
  organization: { en: 'organisation', zh: '组织机构' },
  write: { en: 'right to write', zh: '写入权限' },
  customFields: { en: 'custom fields', zh: '自定义字段' },
};

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
