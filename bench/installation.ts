/** One installation with one generated company: imports it, and says what the vendors and Temporal saw of that. */
import { Client, Connection } from '@temporalio/client';
import { demoConnection } from '../cli/demo-company.ts';
import type { RunView } from '../cli/views.ts';
import { watchRun } from '../cli/watch.ts';
import { openLab } from '../test/lab.ts';
import type { Lab, LabOptions } from '../test/lab.ts';
import { pictures } from '../test/world.ts';
import { generated, minimumOf } from './organization.ts';
import type { Minimum } from './organization.ts';
import { busiestSecond } from './virtual.ts';

export interface Size {
  people: number;
  departments: number;
}

export interface Installation {
  lab: Lab;
  least: Minimum;
  /** Calls a second at both vendors that the product plans for and the sandbox allows; 0 for no limit. */
  rate: number;
}

const SEED = 1;

/** @param more of the lab, for example options of the workers' Node */
export async function install(
  { people, departments }: Size,
  rate: number,
  more: LabOptions = {},
): Promise<Installation> {
  const limits = rate === 0 ? 'none' : 'vendor';
  const company = { people, departments, seed: SEED };
  const lab = await openLab({ company, limits, ...more });
  const rates = {
    sourcePerSecond: rate,
    egressPerSecond: rate === 0 ? 0 : 400,
    targetPerSecond: rate,
  };
  const sandboxLimit = { callsPerSecond: rate };
  await lab.control('/settings/authing', { method: 'PUT', body: sandboxLimit });
  await lab.api.post('/connections', { ...demoConnection(lab.facts, null, null, limits), rates });
  return { lab, rate, least: minimumOf(generated(people, departments, SEED)) };
}

export interface Import {
  run: RunView;
  seconds: number;
  /** Calls by "side interface" that the sandbox counted. */
  calls: Record<string, number>;
  /** Replies that said "too many". */
  throttled: number;
  /** The most calls that arrived in any window of one second, at one interface of the source and at the target. */
  busiestSecond: { source: number; target: number };
}

/** One import, from the moment it was asked for to its recorded end. */
export async function importOnce(lab: Lab, beside?: () => Promise<void>): Promise<Import> {
  await lab.control('/log', { method: 'DELETE' });
  const { run: id } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
  const watched = watchRun(lab.api, id, 'en', (line) => void process.stderr.write(`${line}\n`));
  const [run] = await Promise.all([watched, beside?.()]);
  const seconds = (Date.parse(run.endedAt ?? '') - Date.parse(run.startedAt)) / 1000;
  const calls = await lab.control<Record<string, number>>('/log/counts');
  const entries = await logOf(lab);
  return { run, seconds, calls, throttled: throttles(entries), busiestSecond: busiest(entries) };
}

function busiest(entries: LogEntry[]): Import['busiestSecond'] {
  const most = (some: LogEntry[]): number => busiestSecond(some.map(({ time }) => time));
  const source = entries.filter((it) => it.side === 'dingtalk');
  const names = new Set(source.map((it) => it.interface));
  const ofEach = [...names].map((name) => most(source.filter((it) => it.interface === name)));
  return {
    source: Math.max(0, ...ofEach),
    target: most(entries.filter((it) => it.side === 'authing')),
  };
}

export interface LogEntry {
  seq: number;
  /** Milliseconds since 1970. */
  time: number;
  side: string;
  interface: string;
  status: number;
  code: string;
  objects: string[];
}

export async function logOf(lab: Lab, filter = ''): Promise<LogEntry[]> {
  return (await lab.control<{ entries: LogEntry[] }>(`/log${filter}`)).entries;
}

const THROTTLES = ['90018', '90002', '90006', '90014', '90019', '429'];

function throttles(entries: LogEntry[]): number {
  return entries.filter((it) => it.status === 429 || THROTTLES.includes(it.code)).length;
}

/** True when the sandbox's Authing has exactly what its DingTalk has. */
export async function isEqual(lab: Lab): Promise<boolean> {
  const { wanted, found } = await pictures(lab);
  return JSON.stringify(sorted(wanted)) === JSON.stringify(sorted(found));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, it]) => [name, sorted(it)]));
}

/** Events of a run's workflow, those before each "continued as new" included. */
export async function historyEvents(lab: Lab, workflowId: string): Promise<number> {
  const connection = await Connection.connect({ address: lab.temporalAddress });
  try {
    const { workflow } = new Client({ connection });
    let events = 0;
    let runId: string | undefined;
    for (let runs = 0; runs < 100; runs++) {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      events += history.events?.length ?? 0;
      const before =
        history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
      if (!before) break;
      runId = before;
    }
    return events;
  } finally {
    await connection.close();
  }
}
