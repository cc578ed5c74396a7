/** Measures an import: calls against the minimum, time against the bound, a second import, history events. */
import { Client, Connection } from '@temporalio/client';
import { demoConnection } from '../cli/demo-company.ts';
import type { RunView } from '../cli/views.ts';
import { watchRun } from '../cli/watch.ts';
import { openLab } from '../test/lab.ts';
import type { Lab } from '../test/lab.ts';

export interface ImportBench {
  people: number;
  departments: number;
  /** Calls a second at both vendors; 0 for no limit. */
  rate: number;
  workers: number;
}

interface State {
  companies: { departments: unknown[]; people: { memberships: { departmentId: number }[] }[] }[];
}

/** Minimum of the scorecard: `1 + D + Σmax(1,⌈n_d/100⌉)` source, `(D−1) + ⌈U/50⌉ + 1` target; D counts the root. */
async function minimum(lab: Lab): Promise<{ source: number; target: number; slowest: number }> {
  const { companies } = await lab.control<State>('/state/dingtalk');
  const company = companies[0];
  if (!company) throw new Error('the sandbox has no company');
  const members = new Map<number, number>();
  for (const person of company.people) {
    for (const { departmentId } of person.memberships) {
      members.set(departmentId, (members.get(departmentId) ?? 0) + 1);
    }
  }
  const d = company.departments.length;
  let pages = d - members.size;
  for (const n of members.values()) pages += Math.ceil(n / 100);
  const target = d - 1 + Math.ceil(company.people.length / 50) + 1;
  return { source: 1 + d + pages, target, slowest: Math.max(d, pages) };
}

async function counts(lab: Lab): Promise<Record<string, number>> {
  const log = await lab.control<unknown>('/log/counts');
  return log as Record<string, number>;
}

async function events(lab: Lab, workflowId: string): Promise<number> {
  const connection = await Connection.connect({ address: lab.temporalAddress });
  const history = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
  await connection.close();
  return history.events?.length ?? 0;
}

async function once(lab: Lab): Promise<{ run: RunView; seconds: number }> {
  const { run: id } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
  const run = await watchRun(lab.api, id, 'en', (line) => void process.stderr.write(`${line}\n`));
  const seconds = (Date.parse(run.endedAt ?? '') - Date.parse(run.startedAt)) / 1000;
  return { run, seconds };
}

/** One measurement as a value; everything is stopped afterwards. */
export async function benchImport(options: ImportBench): Promise<Record<string, unknown>> {
  const limits = options.rate === 0 ? 'none' : 'vendor';
  const { people, departments, workers } = options;
  const lab = await openLab({ company: { people, departments, seed: 1 }, limits, workers });
  try {
    const { rate } = options;
    const rates = {
      sourcePerSecond: rate,
      egressPerSecond: rate === 0 ? 0 : 400,
      targetPerSecond: rate,
    };
    const connection = demoConnection(lab.facts, null, null, limits);
    await lab.api.post('/connections', { ...connection, rates });
    const least = await minimum(lab);
    const first = await once(lab);
    const calls = await counts(lab);
    const history = await events(lab, first.run.workflowId);
    const second = await once(lab);
    const verification = Math.ceil(options.people / 50) + 2;
    const bound = rate === 0 ? null : Math.max(least.slowest, least.target + verification) / rate;
    return {
      bench: 'import',
      ...options,
      status: first.run.status,
      seconds: first.seconds,
      peoplePerSecond: Math.round(options.people / first.seconds),
      boundSeconds: bound,
      ratioToBound: bound === null ? null : Number((first.seconds / bound).toFixed(3)),
      minimum: least,
      callsOfRun: first.run.calls,
      callsByInterface: calls,
      historyEvents: history,
      eventsPer1000: Number(((history * 1000) / options.people).toFixed(2)),
      secondImport: {
        seconds: second.seconds,
        targetWrites: second.run.calls.targetWrites,
        status: second.run.status,
      },
    };
  } finally {
    await lab.stop();
  }
}
