/** One sentence for each option of the command line, English and Chinese side by side. */
import { manageOptions } from './words-manage.ts';
import type { Language } from './words.ts';

export const optionWords = {
  ...manageOptions,
  connection: {
    en: 'id of the connection, when there are several',
    zh: '连接 ID（有多个连接时）',
  },
  report: {
    en: 'file for a report that can be sent to support: no secrets, no personal data',
    zh: '将报告写入文件，可发送给技术支持（不含密钥和个人信息）',
  },
  id: { en: 'short name: lower-case letters, digits, dashes', zh: '短名：小写字母、数字、连字符' },
  name: { en: 'name of the company', zh: '企业名称' },
  'corp-id': { en: 'CorpId', zh: '企业的 CorpId' },
  'app-key': { en: 'AppKey', zh: '应用的 AppKey' },
  'app-secret-file': {
    en: 'file that holds the AppSecret (or DINGTALK_APP_SECRET)',
    zh: '存放 AppSecret 的文件（或 DINGTALK_APP_SECRET）',
  },
  proxy: {
    en: 'egress proxy without a password, or the word none',
    zh: '不含密码的出口代理，或填 none',
  },
  'proxy-file': {
    en: 'file that holds the proxy with its password (or DINGTALK_PROXY)',
    zh: '存放含密码代理地址的文件（或 DINGTALK_PROXY）',
  },
  'access-key-id': {
    en: 'Authing user pool id, or id of an access key',
    zh: 'Authing 用户池 ID，或访问密钥的 ID',
  },
  'access-key-file': {
    en: 'file that holds its secret (or AUTHING_ACCESS_KEY_SECRET)',
    zh: '存放其密钥的文件（或 AUTHING_ACCESS_KEY_SECRET）',
  },
  organization: {
    en: 'code of the organisation in Authing; made when it does not exist',
    zh: 'Authing 组织机构标识，不存在时自动创建',
  },
  'authing-host': {
    en: 'address of Authing, for private deployments',
    zh: 'Authing 地址（私有化部署）',
  },
  'dingtalk-oapi': {
    en: 'address of the old interface, for private deployments',
    zh: '钉钉旧版接口地址（私有化部署）',
  },
  'dingtalk-api': {
    en: 'address of the new interface, for private deployments',
    zh: '钉钉新版接口地址（私有化部署）',
  },
  'ca-file': {
    en: 'certificate authorities in PEM form, for private deployments',
    zh: 'PEM 格式的 CA 证书文件（私有化部署）',
  },
  settings: {
    en: 'JSON file with the mapping of fields and other settings, or place=value;place=value (docs/settings.md)',
    zh: '字段映射等设置的 JSON 文件，或 位置=值;位置=值（见 docs/settings.md）',
  },
  'no-input': {
    en: 'ask nothing; fail and name what is missing',
    zh: '不询问；缺少内容时报错并指出',
  },
  scope: {
    en: 'id of a department: only it and everything below it',
    zh: '部门 ID：仅处理该部门及其下级',
  },
  plan: {
    en: 'id of a plan: exactly what it says is done, and only where it still fits',
    zh: '同步计划编号：仅执行计划中仍然适用的变更',
  },
  'exit-code': {
    en: 'exit with 2 when something would change',
    zh: '存在待变更内容时以退出码 2 结束',
  },
  unmasked: {
    en: 'show names and identifiers of people as they are',
    zh: '完整显示人员姓名与标识',
  },
  yes: { en: 'do not ask before it starts', zh: '开始前不再询问' },
  detach: { en: 'start and leave; print the run’s id', zh: '开始后立即退出，输出编号' },
  limit: { en: 'at most so many (50)', zh: '最多显示条数（默认 50）' },
} as const satisfies Record<string, Record<Language, string>>;

/** What is asked for in a terminal when the option is not there. */
export const promptWords = {
  id: {
    en: 'Id of the connection (lower-case letters, digits, dashes)',
    zh: '连接 ID（小写字母、数字、连字符）',
  },
  name: { en: 'Name of the company', zh: '企业名称' },
  'corp-id': { en: 'CorpId', zh: 'CorpId' },
  'app-key': { en: 'AppKey', zh: 'AppKey' },
  'app-secret-file': { en: 'AppSecret', zh: 'AppSecret' },
  'proxy-file': { en: 'Egress proxy, or the word none', zh: '出口代理，不使用时填 none' },
  'access-key-id': { en: 'Authing user pool id', zh: 'Authing 用户池 ID' },
  'access-key-file': { en: 'Authing secret', zh: 'Authing 密钥' },
  organization: { en: 'Authing organisation code', zh: 'Authing 组织机构标识' },
} as const satisfies Partial<Record<keyof typeof optionWords, Record<Language, string>>>;

export type PromptName = keyof typeof promptWords;

export type OptionName = keyof typeof optionWords;
