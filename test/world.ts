/** A company at the source and what the target must look like for it, worked out independently of the product. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '../cli/views.ts';
import { demoConnection } from '../cli/demo-company.ts';
import { watchRun } from '../cli/watch.ts';
import type { Lab } from './lab.ts';

interface SourcePersonState {
  userid: string;
  name: string;
  memberships: { departmentId: number }[];
  mobile?: string;
  stateCode?: string;
  email?: string;
  orgEmail?: string;
  avatar?: string;
}

export interface SourceState {
  companies: {
    corpId: string;
    departments: { id: number; name: string; parentId: number }[];
    people: SourcePersonState[];
  }[];
}

interface UserState {
  id: string;
  status: string;
  profile: Record<string, unknown>;
  memberships: { departmentId: string }[];
}

interface DepartmentState {
  id: string;
  parentId: string | null;
  name: string;
  openDepartmentId?: string | null;
}

export interface TargetState {
  pools: { organizations: unknown[]; departments: DepartmentState[]; users: UserState[] }[];
}

/** The organisation as plain lines that can be compared: paths of departments, people with fields and departments. */
export interface Picture {
  departments: string[];
  people: Record<string, { fields: Record<string, string>; departments: string[] }>;
}

/** What the target should have; written for the tests, from the vendors' documents alone. */
export function desired(source: SourceState, corpId: string): Picture {
  const company = source.companies.find((it) => it.corpId === corpId);
  if (!company) throw new Error('no company');
  const byId = new Map(company.departments.map((it) => [it.id, it]));
  const path = (id: number): string => {
    const it = byId.get(id);
    if (!it || id === 1) return '';
    return `${path(it.parentId)}/${it.name}`;
  };
  const people: Picture['people'] = {};
  for (const person of company.people) {
    const key = `${company.corpId}:${person.userid}`;
    const fields: Record<string, string> = { externalId: key, name: person.name };
    if (person.mobile) {
      fields['phone'] = person.mobile;
      fields['phoneCountryCode'] = `+${person.stateCode ?? '86'}`;
    }
    const email = person.orgEmail || person.email;
    if (email) fields['email'] = email.toLowerCase();
    if (!person.mobile && !email) fields['username'] = key;
    if (person.avatar) fields['photo'] = person.avatar;
    people[key] = {
      fields,
      departments: person.memberships.map((it) => path(it.departmentId)).sort(),
    };
  }
  const departments = company.departments.filter((it) => it.id !== 1).map((it) => path(it.id));
  return { departments: departments.sort(), people };
}

const COMPARED = ['externalId', 'name', 'phone', 'phoneCountryCode', 'email', 'username', 'photo'];

/** What the target has under our keys; people and departments without a key of the company are left out. */
export function actual(target: TargetState, corpId: string): Picture {
  const pool = target.pools[0];
  if (!pool) throw new Error('no pool');
  const byId = new Map(pool.departments.map((it) => [it.id, it]));
  const path = (id: string): string => {
    const it = byId.get(id);
    if (!it || it.parentId === null) return '';
    return `${path(it.parentId)}/${it.name}`;
  };
  const people: Picture['people'] = {};
  for (const user of pool.users) {
    const key = user.profile['externalId'];
    if (typeof key !== 'string' || !key.startsWith(`${corpId}:`)) continue;
    if (people[key]) throw new Error(`${key} is there twice`);
    const fields: Record<string, string> = {};
    for (const name of COMPARED) {
      const value = user.profile[name];
      const isDefault = name === 'photo' && String(value).includes('default-avatar');
      if (typeof value === 'string' && value !== '' && !isDefault) fields[name] = value;
    }
    people[key] = {
      fields,
      departments: user.memberships.map((it) => path(it.departmentId)).sort(),
    };
  }
  const ours = pool.departments.filter((it) => it.openDepartmentId?.startsWith(`${corpId}:`));
  const keys = ours.map((it) => it.openDepartmentId);
  if (new Set(keys).size !== keys.length) throw new Error('a department is there twice');
  return { departments: ours.map((it) => path(it.id)).sort(), people };
}

/** What tells both sides' state: a whole installation, or a sandbox alone. */
export type Sides = Pick<Lab, 'control'> & { facts: { corpId: string } };

/** Both pictures now. */
export async function pictures(lab: Sides): Promise<{ wanted: Picture; found: Picture }> {
  const source = await lab.control<SourceState>('/state/dingtalk');
  const target = await lab.control<TargetState>('/state/authing');
  return { wanted: desired(source, lab.facts.corpId), found: actual(target, lab.facts.corpId) };
}

export interface LogEntry {
  /** Milliseconds since 1970 when the request had arrived. */
  time: number;
  side: string;
  interface: string;
  egress: string | null;
  code: string;
  wrote: boolean;
  fault?: string | null;
  app?: string | null;
}

export async function requestLog(lab: Sides): Promise<LogEntry[]> {
  const { entries } = await lab.control<{ entries: LogEntry[] }>('/log');
  return entries;
}

/** Writes that the target saw, token calls aside. */
export async function targetWrites(lab: Sides): Promise<LogEntry[]> {
  return (await requestLog(lab)).filter((it) => it.side === 'authing' && it.wrote);
}

export async function connect(lab: Lab, more: Record<string, unknown> = {}): Promise<void> {
  const rates = { sourcePerSecond: 0, egressPerSecond: 0, targetPerSecond: 0 };
  await lab.api.post('/connections', {
    ...demoConnection(lab.facts, null, null, 'none'),
    rates,
    ...more,
  });
}

/** Starts an import and waits for its end. */
export async function runImport(lab: Lab): Promise<RunView> {
  const { run } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
  return watchRun(lab.api, run, 'en', () => undefined);
}

export async function changeSource(
  lab: Sides,
  ...changes: Record<string, unknown>[]
): Promise<void> {
  await lab.control('/dingtalk/changes', { body: { changes } });
}

export async function fault(lab: Sides, rule: Record<string, unknown>): Promise<void> {
  await lab.control('/faults', { body: rule });
}

export async function clearFaults(lab: Sides): Promise<void> {
  await lab.control('/faults', { method: 'DELETE' });
}

export async function clearLog(lab: Sides): Promise<void> {
  await lab.control('/log', { method: 'DELETE' });
}

/** A call that is held at the vendor, and all like it after it, so that no second try passes. */
export interface HeldCall {
  /** Resolves when one waits. @param endOf when the run ended that should make it, or null */
  met(endOf: () => Promise<string | null>): Promise<void>;
  letGo: () => Promise<void>;
}

/**
 * Holds calls of an interface (a pattern): the work that needs them goes no further, at any speed.
 * @param call `skip`: so many pass before; `after`: the vendor has done what it is asked
 */
export async function holdCall(
  lab: Sides,
  { after = false, ...call }: { side: string; interface: string; skip?: number; after?: boolean },
): Promise<HeldCall> {
  const body = { ...call, kind: 'hold', parameters: { after } };
  const { id } = await lab.control<{ id: number }>('/faults', { body });
  return {
    async met(endOf) {
      for (;;) {
        const rules = await lab.control<{ id: number; applied: number }[]>('/faults');
        if (rules.some((it) => it.id === id && it.applied > 0)) return;
        const ended = await endOf();
        if (ended) throw new Error(`the run ended without ${call.interface} ${call.skip ?? 0}`);
        await sleep(20);
      }
    },
    letGo: () => lab.control(`/faults/${id}`, { method: 'DELETE' }),
  };
}
