/** What the command line says, English and Chinese side by side; `{name}` is filled in. */
import type { EventOutcome } from './event.ts';
import type { PlanChange } from './plan.ts';
import type { Outcome, RunStatus } from './run.ts';
import { manageWords } from './words-manage.ts';
import type { Language } from './words.ts';

const cliWords = {
  ...manageWords,
  intro: {
    en: 'orgsync keeps an Authing organisation equal to a DingTalk address book.',
    zh: 'orgsync 让 Authing 组织机构与钉钉通讯录保持一致。',
  },
  usage: { en: 'Usage: orgsync COMMAND [options]', zh: '用法：orgsync 命令 [选项]' },
  commands: { en: 'Commands', zh: '命令' },
  examples: { en: 'Examples', zh: '示例' },
  options: { en: 'Options', zh: '选项' },
  everywhere: {
    en: '--json prints data as JSON, --lang en|zh chooses the language, --help explains a command.',
    zh: '--json 以 JSON 输出数据，--lang en|zh 选择语言，--help 查看命令说明。',
  },
  unknown: { en: 'There is no command "{name}".', zh: '没有命令“{name}”。' },
  near: { en: 'Did you mean "{name}"?', zh: '您是否想输入“{name}”？' },
  family: { en: 'There are: {names}.', zh: '可用的命令：{names}。' },
  missing: { en: '{name} is missing.', zh: '缺少 {name}。' },
  tooMuch: { en: '"{name}" is one word too many.', zh: '多余的参数“{name}”。' },
  noOption: { en: 'There is no option "{name}" here.', zh: '此命令没有选项“{name}”。' },
  needsValue: { en: '{name} needs a value behind it.', zh: '{name} 后面需要填写值。' },
  noValue: { en: '{name} takes no value.', zh: '{name} 不带值。' },
  apiAway: {
    en: 'The API at {url} does not answer. Start it (npm run start:api), or set ORGSYNC_API_HOST and ORGSYNC_API_PORT.',
    zh: '位于 {url} 的 API 没有响应。请先启动（npm run start:api），或设置 ORGSYNC_API_HOST 和 ORGSYNC_API_PORT。',
  },
  tokenAway: {
    en: 'The token file {file} cannot be read. It is made by the API at its first start; ORGSYNC_API_TOKEN_FILE names another.',
    zh: '无法读取令牌文件 {file}。该文件由 API 首次启动时生成；可用 ORGSYNC_API_TOKEN_FILE 指定其他文件。',
  },
  whichConnection: {
    en: 'There are several connections; say which one with --connection ID: {ids}',
    zh: '有多个连接，请用 --connection ID 指定：{ids}',
  },
  noConnection: {
    en: 'There is no connection yet. Make one: orgsync connection add',
    zh: '还没有连接。请先创建：orgsync connection add',
  },
  noRun: {
    en: 'No run yet. Start one: orgsync import',
    zh: '还没有同步记录。开始导入：orgsync import',
  },
  noInput: {
    en: '{name} must be given: {flag}. Nothing was asked, because this is not a terminal or --no-input was said.',
    zh: '必须提供 {name}：{flag}。当前不是终端，或指定了 --no-input，因此没有询问。',
  },
  secretByFlag: {
    en: 'A secret is never taken from the command line. Use {flag} or the environment, or type it when asked.',
    zh: '不接受在命令行中直接填写密钥。请使用 {flag}、环境变量，或在提示时输入。',
  },
  added: { en: 'Connection {id} was made.', zh: '已创建连接 {id}。' },
  nextDoctor: {
    en: 'Next: orgsync doctor --connection {id}',
    zh: '下一步：orgsync doctor --connection {id}',
  },
  nextImport: {
    en: 'Next: orgsync import --connection {id}',
    zh: '下一步：orgsync import --connection {id}',
  },
  seeRun: { en: 'See it: orgsync run show {id}', zh: '查看：orgsync run show {id}' },
  started: {
    en: 'Run {id} started. Watching; Ctrl-C stops watching, the run goes on.',
    zh: '已开始同步 {id}，正在查看；按 Ctrl-C 停止查看，同步会继续进行。',
  },
  stoppedWatching: {
    en: 'Stopped watching; the run goes on. Watch again: orgsync run watch {id}',
    zh: '已停止查看，同步仍在进行。再次查看：orgsync run watch {id}',
  },
  syncStarted: {
    en: 'The object is read and written again: workflow {workflow}',
    zh: '该对象将重新读取并写入：workflow {workflow}',
  },
  diagnosing: {
    en: 'Asking a worker to check {id}, step by step …',
    zh: '正在请 Worker 逐步检查 {id} …',
  },
  reportWritten: {
    en: 'A report without secrets and personal data was written to {file}.',
    zh: '报告已写入 {file}，其中不含密钥和个人信息。',
  },
  fileAway: {
    en: 'The file {file} cannot be read or written.',
    zh: '无法读取或写入文件 {file}。',
  },
  notJson: {
    en: 'The file {file} is not JSON.',
    zh: '文件 {file} 不是有效的 JSON。',
  },
  checked: {
    en: '{all} steps: {failed} failed, {warnings} with a warning, {unchecked} not checked.',
    zh: '共 {all} 步：{failed} 步失败，{warnings} 步需注意，{unchecked} 步未检查。',
  },
  importAsk: {
    en: 'Import the DingTalk organisation of connection {id} into Authing? [y/N]',
    zh: '将连接 {id} 的钉钉通讯录导入 Authing？[y/N]',
  },
  notStarted: { en: 'Nothing was started.', zh: '没有开始任何操作。' },
  watchRun: { en: 'Watch it: orgsync run watch {id}', zh: '查看进度：orgsync run watch {id}' },
  changed: { en: '{changed} changed, {failed} failed', zh: '变更 {changed}，失败 {failed}' },
  departmentRow: {
    en: '{read} read, {changed} changed, {failed} failed',
    zh: '读取 {read}，变更 {changed}，失败 {failed}',
  },
  source: { en: 'source', zh: '来源' },
  target: { en: 'target', zh: '目标' },
  sayDoctor: { en: 'check both sides of a connection, step by step', zh: '逐步检查连接的两端' },
  sayAdd: { en: 'make a connection', zh: '创建连接' },
  sayConnections: { en: 'list the connections', zh: '查看所有连接' },
  sayShow: { en: 'show a connection, without its secrets', zh: '查看连接（不含密钥）' },
  sayImport: {
    en: 'import the organisation, or a department, and watch',
    zh: '导入整个组织或某个部门，并查看进度',
  },
  sayPlan: {
    en: 'show what an import would change; change nothing',
    zh: '查看导入会带来的变更，不做任何修改',
  },
  sayPlanShow: { en: 'show a plan object by object', zh: '逐项查看同步计划' },
  planning: {
    en: 'Reading both sides for plan {id}; nothing is changed. Ctrl-C stops watching, the plan goes on.',
    zh: '正在读取两端以生成计划 {id}，不做任何修改。按 Ctrl-C 停止查看，计划会继续生成。',
  },
  planRead: {
    en: 'Read {departments} departments and {people} people.',
    zh: '已读取 {departments} 个部门、{people} 人。',
  },
  planObjects: {
    en: '{departments} departments, {people} people',
    zh: '部门 {departments}，成员 {people}',
  },
  planMade: {
    en: 'Plan {id}: {changes} changes. Nothing was changed.',
    zh: '计划 {id}：共 {changes} 项变更。未做任何修改。',
  },
  planEmpty: {
    en: 'Plan {id}: nothing to change.',
    zh: '计划 {id}：没有需要变更的内容。',
  },
  seePlan: { en: 'See it: orgsync plan show {id}', zh: '查看：orgsync plan show {id}' },
  applyPlan: {
    en: 'Apply it: orgsync import --plan {id}',
    zh: '执行：orgsync import --plan {id}',
  },
  planMore: {
    en: 'More: orgsync plan show {id} --after {after}',
    zh: '更多：orgsync plan show {id} --after {after}',
  },
  planApplied: { en: 'Applied by run {run}.', zh: '已由同步 {run} 执行。' },
  planNothing: { en: '(nothing)', zh: '（空）' },
  planOrScope: {
    en: 'A plan has its own scope: give --plan or --scope, not both.',
    zh: '计划自带同步范围：--plan 与 --scope 只能指定一个。',
  },
  departmentWord: { en: 'department', zh: '部门' },
  personWord: { en: 'person', zh: '成员' },
  saySync: {
    en: 'read one person or department again and write what differs',
    zh: '重新读取一个成员或部门，并写入差异',
  },
  sayRuns: { en: 'list the runs, newest first', zh: '查看同步记录（新的在前）' },
  sayRun: { en: 'show a run with its departments and problems', zh: '查看一次同步的部门与问题' },
  sayEvents: { en: 'list the events of DingTalk, newest first', zh: '查看钉钉事件（新的在前）' },
  sayEvent: { en: 'show what became of an event', zh: '查看一个事件的处理情况' },
  sayEventsOn: {
    en: 'make the address, token and key to enter in DingTalk’s console',
    zh: '生成需填入钉钉后台的回调地址、Token 和密钥',
  },
  sayEventsOff: { en: 'end that address', zh: '停用该回调地址' },
  noEvent: { en: 'No event yet.', zh: '还没有事件。' },
  eventsWait: {
    en: '{count} events wait, the oldest since {since}.',
    zh: '{count} 个事件等待处理，最早的到达于 {since}。',
  },
  eventObjects: { en: '{count} objects', zh: '{count} 个对象' },
  eventApplied: {
    en: 'applied {ms} ms after it arrived',
    zh: '到达后 {ms} 毫秒完成',
  },
  callbackMade: {
    en: 'Enter these in DingTalk’s developer console (event subscription, HTTP push). They are shown only now.',
    zh: '请在钉钉开发者后台“事件订阅 → HTTP 推送”中填写以下内容，仅显示这一次。',
  },
  callbackPath: {
    en: 'Request address: your public address of the receiver, then {path}',
    zh: '请求网址：接收服务的公网地址，后接 {path}',
  },
  callbackGone: { en: 'The address was ended.', zh: '回调地址已停用。' },
  saySteer: {
    en: 'pause, resume or cancel a run that is under way',
    zh: '暂停、继续或取消正在进行的同步',
  },
  pausing: {
    en: 'Run {id} pauses: within two seconds no new call begins. Go on: orgsync run resume {id}',
    zh: '同步 {id} 正在暂停：两秒内不再发起新的调用。继续：orgsync run resume {id}',
  },
  resuming: { en: 'Run {id} goes on.', zh: '同步 {id} 继续进行。' },
  cancelling: {
    en: 'Run {id} is being cancelled; what it has written stays. See it: orgsync run show {id}',
    zh: '同步 {id} 正在取消；已写入的部分保持不变。查看：orgsync run show {id}',
  },
  pausedSince: { en: 'paused since {since}', zh: '自 {since} 起暂停' },
  sayTrace: {
    en: 'show what happened to a person or department, over runs and events',
    zh: '查看某个成员或部门在历次同步与事件中的经过',
  },
  sayExportChanges: {
    en: 'write what a run changed, field by field, as JSON lines or CSV',
    zh: '导出某次同步逐字段的变更（JSON Lines 或 CSV）',
  },
  noChange: { en: 'Run {id} changed nothing.', zh: '同步 {id} 没有变更。' },
  moreChanges: {
    en: 'More: orgsync run show {id} --changes --after {after}',
    zh: '更多：orgsync run show {id} --changes --after {after}',
  },
  neverSeen: {
    en: '{kind} {id} has never been seen by this connection.',
    zh: '此连接从未见过 {kind} {id}。',
  },
  tracedTo: {
    en: '{kind} {id} is {target} in Authing; departments: {departments}',
    zh: '{kind} {id} 在 Authing 中为 {target}；所在部门：{departments}',
  },
  nextSync: {
    en: 'Read it again now: orgsync sync {kind} {id}',
    zh: '立即重新同步：orgsync sync {kind} {id}',
  },
  sayWatch: { en: 'watch a run until it ends', zh: '查看同步进度直到结束' },
} as const satisfies Record<string, Record<Language, string>>;

/** What became of an event, as every page and command says it. */
export const eventOutcomeWords: Record<EventOutcome, Record<Language, string>> = {
  waiting: { en: 'waiting', zh: '等待中' },
  sent: { en: 'under way', zh: '处理中' },
  applied: { en: 'applied', zh: '已生效' },
  held: { en: 'removal held', zh: '移除已拦截' },
  failed: { en: 'failed', zh: '失败' },
  nothing: { en: 'nothing to do', zh: '无需处理' },
  unknown: { en: 'unknown type', zh: '未知类型' },
  missed: { en: 'events missed', zh: '事件有遗漏' },
};

/** The eight states of a run, as every page and command says them. */
export const runStatusWords: Record<RunStatus, Record<Language, string>> = {
  queued: { en: 'queued', zh: '排队中' },
  running: { en: 'running', zh: '同步中' },
  waiting_for_approval: { en: 'waiting for approval', zh: '待审批' },
  paused: { en: 'paused', zh: '已暂停' },
  succeeded: { en: 'succeeded', zh: '成功' },
  partly_succeeded: { en: 'partly succeeded', zh: '部分成功' },
  failed: { en: 'failed', zh: '失败' },
  cancelled: { en: 'cancelled', zh: '已取消' },
};

/** What a run did to one object. */
export const outcomeWords: Record<Outcome, Record<Language, string>> = {
  created: { en: 'created', zh: '已新增' },
  adopted: { en: 'taken over', zh: '已认领' },
  updated: { en: 'updated', zh: '已更新' },
  moved: { en: 'moved', zh: '已移动' },
  unchanged: { en: 'unchanged', zh: '无变更' },
  suspended: { en: 'suspended', zh: '已停用' },
  removed: { en: 'removed', zh: '已移除' },
  held: { en: 'removal held', zh: '移除已拦截' },
  failed: { en: 'failed', zh: '失败' },
};

/** Kinds of change, as lists and pages say them. */
export const planChangeWords: Record<PlanChange, { en: string; zh: string }> = {
  create: { en: 'create', zh: '新增' },
  adopt: { en: 'take over', zh: '认领' },
  rename: { en: 'rename', zh: '改名' },
  move: { en: 'move', zh: '移动' },
  change: { en: 'update', zh: '更新' },
  enter: { en: 'enter departments', zh: '加入部门' },
  lead: { en: 'set heads', zh: '设置主管' },
  held: { en: 'held', zh: '已拦截的移除' },
  refused: { en: 'cannot be written', zh: '无法写入' },
};

export type CliWord = keyof typeof cliWords;

/** A sentence of the command line with its blanks filled. */
export function cliSay(
  word: CliWord,
  language: Language,
  values: Record<string, string | number> = {},
): string {
  return cliWords[word][language].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name] ?? '?'),
  );
}
