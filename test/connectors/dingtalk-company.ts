/** The sandbox's company as our connector is to see it, and a walk over it that waits as it is told. */
import { createDingTalk } from '../../connectors/dingtalk/dingtalk.ts';
import { createTransport } from '../../connectors/transport.ts';
import { ProblemError } from '../../model/problem.ts';
import type { DingTalk } from '../../connectors/dingtalk/dingtalk.ts';
import type { Transport } from '../../connectors/transport.ts';
import type { SourceDepartment, SourcePerson } from '../../model/directory.ts';
import type { Company } from '../../sandbox/dingtalk/directory.ts';
import type { Sandbox } from '../../sandbox/start.ts';

export interface Directory {
  departments: SourceDepartment[];
  people: SourcePerson[];
}

export interface Reader {
  source: DingTalk;
  transport: Transport;
}

export interface ReaderOptions {
  appSecret?: string;
  corpId?: string;
  proxy?: string;
  oapi?: string;
  timeoutMs?: number;
  /** One that is open already. */
  transport?: Transport;
}

export function readerOf(sandbox: Sandbox, options: ReaderOptions = {}): Reader {
  const { addresses } = sandbox;
  const transport =
    options.transport ??
    createTransport({
      side: 'source',
      proxy: options.proxy ?? addresses.proxy,
      ca: sandbox.caPem,
      timeoutMs: options.timeoutMs ?? 5_000,
    });
  const source = createDingTalk({
    address: {
      corpId: options.corpId ?? addresses.corpId,
      appKey: addresses.appKey,
      oapi: options.oapi ?? addresses.oapi,
      api: addresses.api,
    },
    appSecret: options.appSecret ?? addresses.appSecret,
    transport,
    tokens: { get: async () => null, set: async () => undefined },
    limiter: async () => undefined,
  });
  return { source, transport };
}

export function companyOf(sandbox: Sandbox): Company {
  const [company] = sandbox.dingtalk.core.companies.values();
  if (!company) throw new Error('the sandbox has no company');
  return company;
}

/** Read from the sandbox's memory, without any of our parsers. */
export function expectedDirectory(company: Company): Directory {
  const departments = [...company.nodes.values()].map(({ department }) => ({
    id: String(department.id),
    name: department.id === 1 ? company.name : department.name,
    parentId: department.id === 1 ? null : String(department.parentId),
    managerIds: department.managers,
  }));
  const people = [...company.people.values()].map((it) => {
    const made: Record<string, unknown> = {
      id: it.userid,
      unionId: it.unionid,
      name: it.name,
      departmentIds: it.memberships.map((each) => String(each.departmentId)),
      active: it.active,
      mobile: it.mobile,
      stateCode: it.mobile === undefined ? undefined : (it.stateCode ?? '86'),
      email: it.email,
      orgEmail: it.orgEmail,
      jobNumber: it.jobNumber,
      title: it.title,
      avatar: it.avatar,
      telephone: it.telephone,
      workPlace: it.workPlace,
      remark: it.remark,
      hiredAt: it.hiredDate,
      leads: it.memberships.filter((one) => one.leader).map((one) => String(one.departmentId)),
    };
    for (const [name, value] of Object.entries(made)) {
      if (value === undefined || value === '') delete made[name];
    }
    return made as unknown as SourcePerson;
  });
  return sorted({ departments, people });
}

/** Tries again after the time that a transient problem names, on the sandbox's clock. */
export async function patient<T>(sandbox: Sandbox, read: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      const waits = error instanceof ProblemError && error.problem.kind === 'transient';
      if (!waits || tries >= 100) throw error;
      sandbox.clock.advance(error.problem.retryAfterMs ?? 1_000);
    }
  }
}

/** Everything below the scope's departments, read as a run reads it, and the single people of the scope. */
export async function walk(sandbox: Sandbox, { source }: Reader): Promise<Directory> {
  const again = <T>(read: () => Promise<T>): Promise<T> => patient(sandbox, read);
  const scopes = await again(() => source.scopes());
  const departments: SourceDepartment[] = [];
  const people = new Map<string, SourcePerson>();
  const frontier = [...scopes.departmentIds];
  for (let id = frontier.shift(); id !== undefined; id = frontier.shift()) {
    const here = id;
    departments.push(present(await again(() => source.department(here))));
    const children = present(await again(() => source.childDepartments(here)));
    frontier.push(...children.map((it) => it.id));
    for (let cursor: number | undefined = 0; cursor !== undefined;) {
      const at: number = cursor;
      const page = present(await again(() => source.members(here, at)));
      if (page.rejected.length > 0) throw new Error(`rejected ${JSON.stringify(page.rejected)}`);
      for (const it of page.people) merge(people, it);
      cursor = page.next;
    }
  }
  for (const id of scopes.personIds) merge(people, present(await again(() => source.person(id))));
  return sorted({ departments, people: [...people.values()] });
}

/**
 * A person is in the list of each of their departments; `leads` of one list is about that department only.
 * Whether DingTalk names empty fields at all is one of the open questions.
 */
function merge(people: Map<string, SourcePerson>, { blank: _, ...it }: SourcePerson): void {
  const leads = new Set([...(people.get(it.id)?.leads ?? []), ...(it.leads ?? [])]);
  people.set(it.id, { ...it, leads: [...leads] });
}

function present<T>(it: T | 'gone'): T {
  if (it === 'gone') throw new Error('gone');
  return it;
}

function sorted({ departments, people }: Directory): Directory {
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  for (const it of people) it.leads?.sort();
  return { departments: departments.sort(byId), people: people.sort(byId) };
}
