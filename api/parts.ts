/** What the control API is made of; handed in, so that tests can put other parts together. */
import type { ObjectChange } from '../model/change.ts';
import type { DirectoryView, ObjectRef } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import type { Plan, PlanDetail, PlanItem } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { Log } from '../runtime/log.ts';
import type { ApiTokens } from '../store/api-tokens.ts';
import type { Callbacks } from '../store/callbacks.ts';
import type { Events, Inbox } from '../store/inbox.ts';
import type { Plans } from '../store/plans.ts';
import type { Limits } from './limits.ts';
import type { Dependency } from './readiness.ts';
import type { SettleParts } from './settle-run.ts';

/** Addresses of vendors and proxies as they are typed, by the names of their fields. */
export interface AskedAddresses {
  source?: { proxy?: string | undefined; oapi?: string | undefined; api?: string | undefined };
  target?: { proxy?: string | null | undefined; host?: string | undefined };
}

export interface Wait {
  /** The step that waits, or the limit that is waited for. */
  what: string;
  /** A problem's code. */
  code: string;
  tries: number;
  /** ISO 8601; null: it goes on at any moment. */
  until: string | null;
}

export interface OpenedItem extends PlanItem {
  place: string;
  detail: PlanDetail;
}

export interface OpenedChange extends ObjectChange {
  run: string;
  place: string;
}

export interface ApiParts extends SettleParts {
  tokens: ApiTokens;
  callbacks: Callbacks;
  events: Pick<Events, 'list' | 'get' | 'about'>;
  inbox: Pick<Inbox, 'waiting'>;
  log: Log;
  limits: Limits;
  version: string;
  /** Throws ADDRESS_INVALID or ADDRESS_FORBIDDEN. */
  checkAddresses: (asked: AskedAddresses) => void;
  directory: (connectionId: string) => Promise<DirectoryView>;
  /** Limits of vendors that the calls of a connection wait for now. */
  limitsMet: (connectionId: string) => Promise<Wait[]>;
  plans: Pick<Plans, 'get'>;
  /** What a plan says of its objects, opened; @param after place behind which the list goes on */
  planItems: (plan: Plan, limit: number, after?: string) => Promise<OpenedItem[]>;
  /** What a run wrote, opened; @param after place behind which the list goes on */
  changesOfRun: (run: Run, limit: number, after?: string) => Promise<OpenedChange[]>;
  /** What was written of one object, newest first. */
  changesOf: (connectionId: string, object: ObjectRef, limit: number) => Promise<OpenedChange[]>;
  linkOf: (connectionId: string, object: ObjectRef) => Promise<Link | null>;
  /** Asks each dependency; bounded in time, throws nothing. */
  dependencies: () => Promise<Dependency[]>;
}
