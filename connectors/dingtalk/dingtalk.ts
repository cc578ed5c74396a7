/** DingTalk's address book as a source: reads only, and says "gone" only when DingTalk says so of this very object. */
import { z } from 'zod';
import { ROOT_DEPARTMENT } from '../../model/directory.ts';
import { ProblemError, problem } from '../../model/problem.ts';
import { DingTalkClient, unreadable } from './client.ts';
import { failedPage, failedPushes } from './failed-pushes.ts';
import { createPace } from './pace.ts';
import { departmentIds, faultOf, personIdOf, personIds } from './records.ts';
import { readDepartment, readPerson } from './records.ts';
import { refusalProblem, saysGone } from './refusal.ts';
import type { SourceAddress } from '../../model/connection.ts';
import type { ObjectRef, SourceDepartment, SourceScopes } from '../../model/directory.ts';
import type { MembersPage, SourcePerson } from '../../model/directory.ts';
import type { Gone, Source } from '../source.ts';
import type { Transport } from '../transport.ts';
import type { Answer } from './answer.ts';
import type { Call } from './client.ts';
import type { FailedPushes } from './failed-pushes.ts';
import type { Limiter } from './pace.ts';
import type { SharedToken } from './tokens.ts';

/** user/listsimple states 100 as the largest page; user/list states none and behaves alike. */
const PAGE_SIZE = 100;

export interface DingTalkOptions {
  address: SourceAddress;
  appSecret: string;
  transport: Transport;
  /** Where all workers keep this app's token. */
  tokens: SharedToken;
  /** Awaited before each call; by default 19 calls a second and interface in this process. */
  limiter?: Limiter;
  /** Milliseconds since 1970; for tests. */
  now?: () => number;
}

/** What a diagnosis asks beside the reads of a run. */
export interface DingTalk extends Source {
  /** Fetches or reuses the access token; throws SOURCE_CREDENTIALS_REJECTED for a wrong pair. */
  token(signal?: AbortSignal): Promise<string>;
  /** Throws SOURCE_COMPANY_UNKNOWN when DingTalk does not issue a token for this CorpId with this app. */
  proveCompany(signal?: AbortSignal): Promise<void>;
  /**
   * Names, in DingTalk's spelling, of the fields that a single read of this person really has. A field that
   * the app may not read is left out or empty (which of the two is not documented), so empty text is not there.
   */
  presentFields(id: string, signal?: AbortSignal): Promise<string[] | Gone>;
  /** Takes a page off the list of failed pushes; effect `unknown` when it may be gone unread. */
  failedPushes(signal?: AbortSignal): Promise<FailedPushes>;
  readonly calls: { source: number; tokens: number };
}

export function createDingTalk(options: DingTalkOptions): DingTalk {
  return new DingTalkSource(
    new DingTalkClient({ ...options, limiter: options.limiter ?? createPace() }),
  );
}

const page = z.object({
  has_more: z.union([z.boolean(), z.enum(['true', 'false']).transform((it) => it === 'true')]),
  next_cursor: z
    .union([
      z.int(),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ])
    .nullish(),
  list: z.array(z.unknown()),
});

const scopesReply = z.object({
  auth_org_scopes: z.object({ authed_dept: departmentIds, authed_user: personIds.nullish() }),
  auth_user_field: z.array(z.string()).nullish(),
});

class DingTalkSource implements DingTalk {
  readonly #client: DingTalkClient;

  constructor(client: DingTalkClient) {
    this.#client = client;
  }

  get calls(): { source: number; tokens: number } {
    return this.#client.calls;
  }

  token(signal?: AbortSignal): Promise<string> {
    return this.#client.token(signal);
  }

  proveCompany(signal?: AbortSignal): Promise<void> {
    return this.#client.proveCompany(signal);
  }

  async scopes(signal?: AbortSignal): Promise<SourceScopes> {
    const call: Call = { name: 'auth/scopes', method: 'GET', signal };
    // This answer has its fields beside `errcode`, not in `result`.
    const answer = succeeded(await this.#client.call(call), call);
    const it = shaped(scopesReply, answer.json, call, answer.requestId);
    return {
      departmentIds: it.auth_org_scopes.authed_dept,
      personIds: it.auth_org_scopes.authed_user ?? [],
      fields: it.auth_user_field ?? [],
    };
  }

  async department(id: string, signal?: AbortSignal): Promise<SourceDepartment | Gone> {
    const call = aboutDepartment('topapi/v2/department/get', id, signal);
    const found = await this.#read(call);
    if (found === 'gone') return found;
    const it = readDepartment(found.result);
    if (!it || 'unreadable' in it) throw objectUnreadable(call, it?.unreadable ?? 'dept_id', found);
    if (it.id !== id) throw objectUnreadable(call, 'dept_id', found);
    return it;
  }

  async childDepartments(id: string, signal?: AbortSignal): Promise<SourceDepartment[] | Gone> {
    const call = aboutDepartment('topapi/v2/department/listsub', id, signal);
    const found = await this.#read(call);
    if (found === 'gone') return found;
    const list = shaped(z.array(z.unknown()), found.result, call, found.requestId);
    const children: SourceDepartment[] = [];
    for (const record of list) {
      const it = readDepartment(record, id);
      if (it === null) continue;
      // Without this child nothing below it would be read, so the list as a whole is not to be used.
      if ('unreadable' in it) throw objectUnreadable(call, it.unreadable, found);
      children.push(it);
    }
    return children;
  }

  async members(id: string, cursor: number, signal?: AbortSignal): Promise<MembersPage | Gone> {
    const call = aboutDepartment('topapi/v2/user/list', id, signal);
    call.body = { ...call.body, cursor, size: PAGE_SIZE, order_field: 'entry_asc' };
    const found = await this.#read(call);
    if (found === 'gone') return found;
    const it = shaped(page, found.result, call, found.requestId);
    const made: MembersPage = { people: [], rejected: [] };
    for (const record of it.list) {
      const person = readPerson(record, id);
      if ('unreadable' in person) {
        made.rejected.push({ id: personIdOf(record), reason: person.unreadable });
      } else {
        made.people.push(person);
      }
    }
    if (!it.has_more) return made;
    const next = it.next_cursor ?? undefined;
    // Cursors are opaque; only a page without people must be seen to move forward.
    const stuck = next === undefined || next === cursor || (it.list.length === 0 && next < cursor);
    if (stuck) throw new ProblemError(problem('SOURCE_INCOMPLETE', detailOf(call, found)));
    made.next = next;
    return made;
  }

  async memberIds(id: string, signal?: AbortSignal): Promise<string[] | Gone> {
    const call = aboutDepartment('topapi/user/listid', id, signal);
    const found = await this.#read(call);
    if (found === 'gone') return found;
    return shaped(z.object({ userid_list: personIds }), found.result, call, found.requestId)
      .userid_list;
  }

  async person(id: string, signal?: AbortSignal): Promise<SourcePerson | Gone> {
    const call = aboutPerson(id, signal);
    const found = await this.#read(call);
    if (found === 'gone') return found;
    const it = readPerson(found.result);
    if ('unreadable' in it) throw objectUnreadable(call, it.unreadable, found);
    if (it.id !== id) throw objectUnreadable(call, 'userid', found);
    return it;
  }

  async departmentPath(id: string, signal?: AbortSignal): Promise<string[] | Gone> {
    const call = aboutDepartment('topapi/v2/department/listparentbydept', id, signal);
    const found = await this.#read(call);
    if (found === 'gone') return found;
    const schema = z.object({ parent_id_list: departmentIds });
    return shaped(schema, found.result, call, found.requestId).parent_id_list;
  }

  async peopleCount(signal?: AbortSignal): Promise<number> {
    const call: Call = { name: 'topapi/user/count', body: { only_active: false }, signal };
    const answer = succeeded(await this.#client.call(call), call);
    const schema = z.object({ count: z.int().nonnegative() });
    return shaped(schema, answer.json['result'], call, answer.requestId).count;
  }

  async presentFields(id: string, signal?: AbortSignal): Promise<string[] | Gone> {
    const call = aboutPerson(id, signal);
    const found = await this.#read(call);
    if (found === 'gone') return found;
    const fields = shaped(z.record(z.string(), z.unknown()), found.result, call, found.requestId);
    const isThere = (value: unknown): boolean => value !== null && value !== '';
    return Object.keys(fields).filter((name) => isThere(fields[name]) && /^\w{1,64}$/.test(name));
  }

  async failedPushes(signal?: AbortSignal): Promise<FailedPushes> {
    const name = 'call_back/get_call_back_failed_result';
    const answer = await this.#client.call({ name, method: 'GET', signal, takes: true });
    const lost = { effect: 'unknown' } as const;
    if (!answer.ok) {
      const it = refusalProblem(answer.refusal, name);
      const clear = ['code', 'banned', 'throttled'].includes(answer.refusal.what);
      throw new ProblemError(clear ? it : { ...it, ...lost });
    }
    const page = failedPage.safeParse(answer.json);
    if (page.success) return failedPushes(page.data);
    throw new ProblemError({ ...unreadable(name, faultOf(page.error), answer.requestId), ...lost });
  }

  /** A direct read of one object. The root cannot be deleted (60007), so no answer makes it gone. */
  async #read(call: Call & { object: ObjectRef }): Promise<Found | Gone> {
    const answer = await this.#client.call(call);
    const { object } = call;
    const isRoot = object.kind === 'department' && object.id === ROOT_DEPARTMENT;
    if (!answer.ok && !isRoot && saysGone(answer.refusal, object.kind)) return 'gone';
    const { json, requestId } = succeeded(answer, call);
    // An envelope without contents comes from something between us and DingTalk.
    if (json['result'] === undefined || json['result'] === null) {
      throw new ProblemError(unreadable(call.name, 'result', requestId));
    }
    return { result: json['result'], requestId };
  }
}

interface Found {
  result: unknown;
  requestId?: string;
}

function aboutDepartment(
  name: string,
  id: string,
  signal: AbortSignal | undefined,
): Call & { object: ObjectRef } {
  return { name, body: { dept_id: Number(id) }, object: { kind: 'department', id }, signal };
}

function aboutPerson(id: string, signal: AbortSignal | undefined): Call & { object: ObjectRef } {
  return {
    name: 'topapi/v2/user/get',
    body: { userid: id },
    object: { kind: 'person', id },
    signal,
  };
}

function succeeded(answer: Answer, call: Call): Extract<Answer, { ok: true }> {
  if (answer.ok) return answer;
  throw new ProblemError(refusalProblem(answer.refusal, call.name, call.object));
}

function shaped<T extends z.ZodType>(
  schema: T,
  value: unknown,
  call: Call,
  requestId: string | undefined,
): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = faultOf(parsed.error);
  if (call.object) throw objectUnreadable(call, field, { requestId });
  throw new ProblemError(unreadable(call.name, field, requestId));
}

function objectUnreadable(call: Call, field: string, found: { requestId?: string }): ProblemError {
  const detail = { ...detailOf(call, found), field };
  return new ProblemError(problem('SOURCE_OBJECT_UNREADABLE', detail));
}

function detailOf(
  call: Call,
  found: { requestId?: string },
): { interface: string; requestId?: string; object?: ObjectRef } {
  return { interface: call.name, requestId: found.requestId, object: call.object };
}
