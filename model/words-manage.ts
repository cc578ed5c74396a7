/** What the command line says about keeping an installation: changes, removals, tokens, exports, English and Chinese side by side. */
import type { Language } from './words.ts';

export const manageWords = {
  saySet: {
    en: 'change settings or secrets of a connection',
    zh: '修改连接的设置或密钥',
  },
  sayRemove: {
    en: 'remove a connection; what it wrote stays in Authing',
    zh: '移除连接；已写入 Authing 的数据保留',
  },
  sayRetry: {
    en: 'read the failed objects of a run again and write them',
    zh: '重新读取并写入一次同步中失败的对象',
  },
  sayExportRuns: {
    en: 'write the history as JSON lines or CSV',
    zh: '将同步记录导出为 JSON 行或 CSV',
  },
  sayExportDepartments: {
    en: 'write the departments of a run as JSON lines or CSV',
    zh: '将一次同步的部门导出为 JSON 行或 CSV',
  },
  sayExportProblems: {
    en: 'write the problems of a run as JSON lines or CSV',
    zh: '将一次同步的问题导出为 JSON 行或 CSV',
  },
  sayCompletion: {
    en: 'print what completes commands in bash, zsh or fish',
    zh: '输出 bash、zsh 或 fish 的命令补全脚本',
  },
  saySandbox: {
    en: 'start both vendors and a proxy on this machine, to try things out',
    zh: '在本机启动模拟的钉钉、Authing 和代理，供试用',
  },
  sayTokenAdd: {
    en: 'make a token for the API; it is shown once',
    zh: '创建 API 令牌（仅显示一次）',
  },
  sayTokenList: { en: 'list the tokens of the API', zh: '查看 API 令牌' },
  sayTokenRemove: { en: 'take a token away', zh: '移除 API 令牌' },
  sayRewrap: {
    en: 'wrap all connections’ keys by the new master key',
    zh: '用新的主密钥重新封装所有连接的密钥',
  },
  sayStatus: {
    en: 'say whether the database, Temporal and workers are there',
    zh: '查看数据库、Temporal 和 Worker 的状态',
  },
  changedConnection: {
    en: 'Connection {id} was changed; it is now version {version}.',
    zh: '已修改连接 {id}，当前版本 {version}。',
  },
  nothingToSet: {
    en: 'Nothing to change was named. See: orgsync connection set --help',
    zh: '没有指定要修改的内容。请查看：orgsync connection set --help',
  },
  replaceWhat: {
    en: '--replace takes app-secret, access-key, proxy, with commas between them; not "{name}".',
    zh: '--replace 可填 app-secret、access-key、proxy，用逗号分隔；不支持“{name}”。',
  },
  notNumber: { en: '{name} takes a number, 0 for no limit.', zh: '{name} 需填数字，0 表示不限。' },
  confirmRemoval: {
    en: 'Connection {id} ({name}) will be removed with its secrets and its memory of what belongs to whom. Everything in Authing stays. Type its id to go on',
    zh: '将移除连接 {id}（{name}）及其密钥和对应关系；Authing 中的数据全部保留。请输入连接 ID 以继续',
  },
  notConfirmed: {
    en: 'That is not its id; nothing was removed.',
    zh: '输入的不是该连接的 ID，未移除任何内容。',
  },
  removedConnection: {
    en: 'Connection {id} was removed. In Authing stay {departments} departments and {people} people that it wrote; nobody follows them any more. Disable the app’s secret at DingTalk and the key at Authing if nothing else uses them.',
    zh: '已移除连接 {id}。Authing 中保留其写入的 {departments} 个部门和 {people} 名成员，今后不再同步。如无其他用途，请在钉钉停用应用密钥，并在 Authing 停用访问密钥。',
  },
  retryStarted: {
    en: '{count} objects are read again and written …',
    zh: '正在重新同步 {count} 个对象 …',
  },
  retried: {
    en: '{count} retried: {settled} succeeded, {held} held, {failed} failed',
    zh: '重试 {count} 个：成功 {settled}，拦截 {held}，失败 {failed}',
  },
  nothingToRetry: {
    en: 'Run {id} has no failed object. When it failed as a whole: orgsync import --connection {connection}',
    zh: '同步 {id} 没有失败的对象。如整次同步失败，请执行：orgsync import --connection {connection}',
  },
  stillRunning: {
    en: '{count} are still under way; look again with: orgsync run retry {id}',
    zh: '还有 {count} 个正在进行，可稍后再次执行：orgsync run retry {id}',
  },
  moreRuns: {
    en: 'More: orgsync run list --after {id}',
    zh: '更多：orgsync run list --after {id}',
  },
  exported: { en: '{count} rows were written to {file}.', zh: '已将 {count} 行写入 {file}。' },
  formatWhat: { en: '--format is jsonl or csv.', zh: '--format 可选 jsonl 或 csv。' },
  shellWhat: { en: 'SHELL is bash, zsh or fish.', zh: 'SHELL 可选 bash、zsh 或 fish。' },
  tokenMade: {
    en: 'Token {name} ({id}) was made. It is shown this once:',
    zh: '已创建令牌 {name}（{id}），仅显示这一次：',
  },
  tokenRemoved: { en: 'Token {id} was taken away.', zh: '已移除令牌 {id}。' },
  daysWhat: { en: '--days is a whole number from 1 to 3650.', zh: '--days 为 1 到 3650 的整数。' },
  rewrapped: {
    en: '{changed} of {all} connections were wrapped by the new key. The old one is not needed any more.',
    zh: '共 {all} 个连接，其中 {changed} 个已改用新密钥；旧密钥不再需要。',
  },
  jsonFields: {
    en: '--json prints {shape} of docs/fields.md.',
    zh: '--json 输出的字段见 docs/fields.md 中的 {shape}。',
  },
  up: { en: 'up', zh: '正常' },
  down: { en: 'down', zh: '无响应' },
  unknownState: { en: 'unknown', zh: '未知' },
  ready: { en: 'Ready.', zh: '就绪。' },
  degraded: {
    en: 'No worker listens: runs are taken and wait. Start one: npm run start:worker',
    zh: '没有 Worker 在线：同步任务会排队等待。请启动：npm run start:worker',
  },
  not_ready: {
    en: 'Not ready: the database or Temporal does not answer.',
    zh: '未就绪：数据库或 Temporal 没有响应。',
  },
} as const satisfies Record<string, Record<Language, string>>;

/** Options of the same commands. */
export const manageOptions = {
  replace: {
    en: 'secrets to enter anew: app-secret, access-key, proxy',
    zh: '要重新填写的密钥：app-secret、access-key、proxy',
  },
  'source-rate': {
    en: 'calls a second per interface of DingTalk, 0 for no limit',
    zh: '钉钉每个接口每秒调用次数，0 表示不限',
  },
  'egress-rate': {
    en: 'calls a second over the egress address, 0 for no limit',
    zh: '出口 IP 每秒调用次数，0 表示不限',
  },
  'target-rate': {
    en: 'calls a second to Authing, 0 for no limit',
    zh: 'Authing 每秒调用次数，0 表示不限',
  },
  'if-version': {
    en: 'change only if the connection still has this version',
    zh: '仅当连接仍为此版本时才修改',
  },
  confirm: { en: 'id of the connection, in place of the question', zh: '连接 ID，用于跳过确认' },
  status: { en: 'only these states, with commas between them', zh: '仅显示这些状态，用逗号分隔' },
  trigger: {
    en: 'only these triggers: manual, schedule, event, retry',
    zh: '仅显示这些触发方式：manual、schedule、event、retry',
  },
  after: { en: 'go on behind this entry', zh: '从此记录之后继续显示' },
  changes: {
    en: 'what it wrote, field by field, people masked',
    zh: '逐字段显示已写入的变更（人员信息脱敏）',
  },
  format: { en: 'jsonl (default) or csv', zh: 'jsonl（默认）或 csv' },
  out: { en: 'file to write to, in place of the screen', zh: '写入文件，而不是屏幕' },
  days: {
    en: 'days until the token ends; never when left out',
    zh: '令牌有效天数，不填则永久有效',
  },
  people: { en: 'people of a generated company', zh: '生成的企业人数' },
  departments: { en: 'its departments', zh: '生成的部门数' },
  seed: { en: 'decides the generated company', zh: '生成企业所用的种子' },
  limits: { en: 'vendor (default) or none', zh: 'vendor（默认）或 none' },
  data: { en: 'folder of the sandbox', zh: '沙箱的数据目录' },
} as const satisfies Record<string, Record<Language, string>>;
