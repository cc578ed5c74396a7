/** What the terminal says, English and Chinese side by side; `{name}` is filled in. */
import type { Language } from './words.ts';

const terminalWords = {
  starting: {
    en: 'Starting Temporal, the database and the simulated vendors …',
    zh: '正在启动 Temporal、数据库和模拟的钉钉与 Authing …',
  },
  foundData: {
    en: 'Found the data of an earlier demo in {folder}; it goes on from there (--fresh forgets it).',
    zh: '在 {folder} 中找到上次演示的数据，将继续使用（--fresh 可清除）。',
  },
  forgotten: { en: 'Forgot the data of earlier demos.', zh: '已清除以前的演示数据。' },
  alreadyRunning: {
    en: 'A demo is running on this data folder already (process {pid}). Stop it first, or wait.',
    zh: '该数据目录上已有演示在运行（进程 {pid}），请先停止它。',
  },
  processes: { en: 'Starting the API and a worker …', zh: '正在启动 API 和 Worker …' },
  restarted: {
    en: '{name} ended unexpectedly and was started again.',
    zh: '{name} 意外退出，已重新启动。',
  },
  gaveUp: {
    en: '{name} could not be started. Its last lines are in {log}.',
    zh: '{name} 无法启动，最后的日志见 {log}。',
  },
  gaveUpHere: {
    en: '{name} could not be kept running; its last lines are above. Everything is stopped.',
    zh: '{name} 无法保持运行，最后的日志见上文。全部停止。',
  },
  temporalAt: { en: 'Temporal UI: {ui}', zh: 'Temporal 界面：{ui}' },
  runsAt: {
    en: 'Running: API at {url}, its token in {token}. Ctrl-C stops everything; the data are kept.',
    zh: '已启动：API 地址 {url}，令牌文件 {token}。按 Ctrl-C 全部停止，数据会保留。',
  },
  connected: { en: 'Connected {name}.', zh: '已连接 {name}。' },
  connectionKept: { en: 'The connection {name} exists already.', zh: '连接 {name} 已存在。' },
  importing: { en: 'Importing (run {run}) …', zh: '正在导入（编号 {run}）…' },
  joining: {
    en: 'An import is running already; watching it (run {run}).',
    zh: '已有导入正在进行，改为查看（编号 {run}）。',
  },
  department: { en: '  {name}: {people} people read', zh: '  {name}：已读取 {people} 人' },
  departmentsMore: {
    en: '  … {departments} departments and {people} people read, {changed} written',
    zh: '  … 已读取 {departments} 个部门、{people} 人，已写入 {changed} 人',
  },
  paused: {
    en: '  paused; go on with: orgsync run resume {id}',
    zh: '  已暂停；继续：orgsync run resume {id}',
  },
  resumed: { en: '  goes on …', zh: '  继续进行 …' },
  remaining: {
    en: ', of about {expected}; {rate} a second, about {seconds} s left',
    zh: '，预计共 {expected} 人；每秒 {rate} 人，约剩 {seconds} 秒',
  },
  waits: {
    en: '  waiting: {what} ({code}), until {until} UTC, try {tries}. {why}',
    zh: '  等待中：{what}（{code}），至 {until} UTC，第 {tries} 次。{why}',
  },
  verifying: { en: '  comparing with Authing …', zh: '  正在与 Authing 核对 …' },
  succeeded: {
    en: 'Succeeded and verified in {seconds} s.',
    zh: '成功，已核对，用时 {seconds} 秒。',
  },
  partly: {
    en: 'Partly succeeded in {seconds} s: {count} objects need a look.',
    zh: '部分成功，用时 {seconds} 秒：{count} 项需要查看。',
  },
  incomplete: {
    en: 'DingTalk was not read completely; nothing is planned for removal. See the problems for where.',
    zh: '钉钉数据未完整读取，不会计划任何移除；具体位置见下列问题。',
  },
  failed: { en: 'The import failed.', zh: '导入失败。' },
  cancelled: { en: 'The import was cancelled.', zh: '导入已取消。' },
  counts: {
    en: '{kind}: {read} read, {created} created, {updated} updated, {moved} moved, {unchanged} unchanged, {failed} failed',
    zh: '{kind}：读取 {read}，新增 {created}，更新 {updated}，移动 {moved}，未变 {unchanged}，失败 {failed}',
  },
  departmentsWord: { en: 'Departments', zh: '部门' },
  peopleWord: { en: 'People', zh: '成员' },
  calls: {
    en: 'Calls: {source} to DingTalk, {reads} reads and {writes} writes at Authing',
    zh: '调用：钉钉 {source} 次，Authing 读取 {reads} 次、写入 {writes} 次',
  },
  means: { en: 'What it means: {text}', zh: '影响：{text}' },
  remedy: { en: 'What to do: {text}', zh: '解决办法：{text}' },
  vendorSaid: { en: 'The vendor said: {text}', zh: '厂商返回：{text}' },
  moreProblems: { en: '  … and {count} more', zh: '  … 另有 {count} 项' },
  treeTitle: { en: 'What Authing has now:', zh: 'Authing 当前的组织架构：' },
  treeCut: {
    en: '(people are shown for the first 50 departments)',
    zh: '（仅显示前 50 个部门的成员）',
  },
  storyByCallback: {
    en: 'Changes in DingTalk, told by callbacks:',
    zh: '在钉钉中修改，通过 HTTP 推送通知：',
  },
  storyByStream: {
    en: 'Changes in DingTalk, told by Stream:',
    zh: '在钉钉中修改，通过 Stream 推送通知：',
  },
  storyLegal: { en: 'add 法务部 (legal)', zh: '新增法务部' },
  storyChina: { en: 'add 大中华区 below 商业化部', zh: '在商业化部下新增大中华区' },
  storyLegalGone: { en: 'delete 法务部 (legal)', zh: '删除法务部' },
  storyResearch: { en: 'rename 研发部 (R&D) 产研部', zh: '研发部更名为产研部' },
  storyNewcomer: { en: 'add 小蓝 to 运营部 (operations)', zh: '运营部新增成员小蓝' },
  storyNewcomerGone: { en: 'delete 小蓝', zh: '删除成员小蓝' },
  storyXiaohong: { en: 'rename 小红 小红红', zh: '小红更名为小红红' },
  storyNothing: { en: '(nothing)', zh: '（无）' },
  storyMissed: {
    en: 'Some changes did not arrive; `orgsync events list` says why.',
    zh: '部分变更未生效，可用 `orgsync events list` 查看原因。',
  },
  addresses: { en: 'Addresses', zh: '地址' },
  apiAddress: { en: 'control API', zh: '控制 API' },
  apiToken: { en: 'its token', zh: '其令牌' },
  temporalUi: { en: 'Temporal UI', zh: 'Temporal 界面' },
  mongoAddress: { en: 'database', zh: '数据库' },
  sandboxControl: { en: 'sandbox control', zh: '沙箱控制' },
  sandboxProxy: { en: 'egress proxy', zh: '出口代理' },
  logs: { en: 'logs', zh: '日志' },
  tryCli: { en: 'try', zh: '试一试' },
  staysUp: {
    en: 'Everything stays up. Ctrl-C stops all of it; the data is kept.',
    zh: '所有服务保持运行。按 Ctrl-C 全部停止，数据会保留。',
  },
  stopping: { en: 'Stopping …', zh: '正在停止 …' },
  stopped: { en: 'Stopped.', zh: '已停止。' },
} as const satisfies Record<string, Record<Language, string>>;

export type TerminalWord = keyof typeof terminalWords;

/** A sentence for the terminal with its blanks filled. */
export function tell(
  word: TerminalWord,
  language: Language,
  values: Record<string, string | number> = {},
): string {
  return terminalWords[word][language].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name] ?? '?'),
  );
}
