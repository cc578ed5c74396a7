/** The simulated Authing: answers management calls, and lets the control API see and change its state. */
import { randomBytes } from 'node:crypto';
import { Authenticator } from './authenticate.ts';
import { Failure, failed, success } from './envelope.ts';
import { addForeign } from './foreign.ts';
import { createIds } from './ids.ts';
import { interfaces, TOKEN_INTERFACE } from './interfaces.ts';
import { requiredText } from './parameters.ts';
import { Pool } from './pool.ts';
import { readQuery } from './query.ts';
import { applySettings, defaultSettings } from './settings.ts';
import { authingSnapshot, fillPool, poolSnapshot, readSnapshot } from './snapshot.ts';
import { Throttle } from './throttle.ts';
import { issueToken } from './token.ts';
import type { SandboxReply, SandboxRequest, Vendor } from '../exchange.ts';
import type { Caller } from './authenticate.ts';
import type { Interface } from './call.ts';
import type { Envelope } from './envelope.ts';
import type { ForeignData, ForeignOptions } from './foreign.ts';
import type { Parameters } from './parameters.ts';
import type { AccessKey, SyncRelation } from './records.ts';
import type { AuthingLimits } from './limits.ts';
import type { AuthingSwitches } from './switches.ts';
import type { PoolSnapshot } from './snapshot.ts';

/** The pool that is there from the start. */
export const DEFAULT_POOL = {
  id: '64a0c0ffee00000000000001',
  secret: '9d1f6c0b7a8e4d35a2c1f0e9b8d7c6a5',
} as const;

export interface AuthingOptions {
  /** Milliseconds since 1970. */
  now?: () => number;
  /** From 0 up to and without 1. */
  random?: () => number;
  switches?: Partial<AuthingSwitches>;
  limits?: Partial<AuthingLimits>;
  /** Begins with people and departments that nobody synchronises. */
  foreign?: ForeignOptions;
}

/** Access to the state beside the vendor's own interfaces; `poolId` is the default pool when left out. */
export interface AuthingControl {
  poolIds(): string[];
  /** Adds an empty pool; id (24 hex digits) and secret are made up when left out. */
  addPool(pool?: { id?: string; secret?: string }): { id: string; secret: string };
  /** Adds or replaces a key besides the pool's own, with all or some interfaces. */
  addKey(key: AccessKey, poolId?: string): void;
  /** Everything in one pool, as it is stored. */
  state(poolId?: string): PoolSnapshot;
  /**
   * Runs one interface as the pool's administrator in the vendor's console would: without credentials,
   * limits or a place in the request log. "Edited by hand" in tests means this.
   */
  byHand(operation: string, params: Parameters, poolId?: string): Envelope;
  /** Adds an organisation and people that nobody synchronises. */
  addForeign(options?: ForeignOptions, poolId?: string): ForeignData;
  /** Gives a person or a department a relation as only Authing's own sync can. */
  addSyncRelation(objectId: string, relation: SyncRelation, poolId?: string): void;
  /** Makes all tokens given so far void. */
  revokeTokens(poolId?: string): void;
  /** Messages that would have gone out to people, oldest first. */
  notifications(poolId?: string): { userId: string; channel: 'email' | 'phone' }[];
}

export type Authing = Vendor & AuthingControl;

const PREFIX = '/api/v3/';

export function createAuthing(options: AuthingOptions = {}): Authing {
  return new SimulatedAuthing(options);
}

class SimulatedAuthing implements Authing {
  readonly side = 'authing';
  private readonly now: () => number;
  private readonly random: () => number;
  private readonly options = defaultSettings();
  private readonly pools = new Map<string, Pool>();
  private readonly ids;
  private readonly door: Authenticator;
  private readonly calls = new Map<string, Throttle>();

  constructor({ now = Date.now, random = Math.random, switches, limits, foreign }: AuthingOptions) {
    this.now = now;
    this.random = random;
    applySettings(this.options, { ...switches, ...limits });
    this.ids = createIds(now, random);
    this.door = new Authenticator({ pools: this.pools, settings: this.options, now });
    this.addPool(DEFAULT_POOL);
    if (foreign !== undefined) this.addForeign(foreign);
  }

  interfaceOf({ path }: SandboxRequest): string {
    return path.startsWith(PREFIX) ? path.slice(PREFIX.length) : path;
  }

  handle(request: SandboxRequest): SandboxReply {
    try {
      return this.answer(request);
    } catch (error) {
      return this.refusal(error);
    }
  }

  private answer(request: SandboxRequest): SandboxReply {
    const name = this.interfaceOf(request);
    if (name === TOKEN_INTERFACE && request.method === 'POST') {
      return { body: this.succeeded(this.token(request.body ?? {})) };
    }
    const found = interfaces.get(name);
    if (found === undefined || found.method !== request.method) {
      throw new Failure(404, `Cannot ${request.method} ${request.path}`, undefined, 404);
    }
    const arrays = found.arrays ?? [];
    const query = readQuery(request.query, arrays, this.options);
    const isGet = request.method === 'GET';
    const body = request.body ?? {};
    const caller = this.door.caller(request, isGet ? query.signed : body, isGet ? arrays : []);
    this.admit(caller.pool, 'calls', this.options.callsPerSecond);
    this.checkReach(caller, name);
    if (!isGet && request.body === null && request.rawBody !== '') {
      throw new Failure(400, 'Unexpected token in JSON');
    }
    return this.run(caller.pool, found, isGet ? query.params : body);
  }

  private run(pool: Pool, found: Interface, params: Parameters): SandboxReply {
    const objects = new Set<string>();
    const before = pool.changes;
    const { random, ids, options: settings } = this;
    let reply: SandboxReply;
    try {
      const data = found.handle({ pool, params, settings, now: this.now(), random, ids, objects });
      reply = { body: this.succeeded(data) };
    } catch (error) {
      reply = this.refusal(error);
    }
    return { ...reply, objects: [...objects], wrote: pool.changes !== before };
  }

  private succeeded(data: unknown): Envelope {
    const shown = this.options.requestIdOnSuccess === 'yes';
    return success(data, shown ? this.ids.requestId() : undefined);
  }

  private refusal(error: unknown): SandboxReply {
    if (!(error instanceof Failure)) throw error;
    return { status: error.http, body: failed(error, this.ids.requestId()) };
  }

  private token(params: Parameters): unknown {
    const accessKeyId = requiredText(params, 'accessKeyId');
    const secret = requiredText(params, 'accessKeySecret');
    const caller = this.door.callerOf(accessKeyId);
    if (caller === undefined) throw new Failure(401, '用户池不存在', 2224);
    const { pool, key } = caller;
    this.admit(pool, 'tokens', this.options.tokenCallsPerSecond);
    if (key.accessKeySecret !== secret) throw new Failure(401, '密钥错误', 2020);
    if (key.status !== 'activated') throw new Failure(401, 'AccessKey 已失效', 2020);
    const tokenId = this.ids.requestId();
    pool.newestTokens.set(accessKeyId, tokenId);
    const seconds = this.options.tokenSeconds;
    const token = issueToken(pool, accessKeyId, tokenId, this.now(), seconds);
    return { access_token: token, expires_in: seconds };
  }

  private admit(pool: Pool, kind: 'calls' | 'tokens', limit: number): void {
    const name = `${kind} ${pool.id}`;
    const throttle = this.calls.get(name) ?? new Throttle();
    this.calls.set(name, throttle);
    if (throttle.admits(this.now(), limit)) return;
    const http = this.options.throttle === 'http' ? 429 : 200;
    throw new Failure(429, '请求过于频繁，请稍后再试', undefined, http);
  }

  /** Keys of administrators reach only what was granted to them (reference 1.2). */
  private checkReach({ key }: Caller, name: string): void {
    if (key.interfaces !== null && !key.interfaces.includes(name)) {
      throw new Failure(403, '无权限访问该接口');
    }
  }

  snapshot(): unknown {
    return authingSnapshot(this.pools.values(), this.ids.made());
  }

  restore(state: unknown): void {
    const { pools, idsMade } = readSnapshot(state);
    this.pools.clear();
    this.door.forget();
    this.ids.resume(idsMade);
    for (const one of pools) {
      this.addPool(one);
      fillPool(this.poolOf(one.id), one);
    }
  }

  settings(): Record<string, unknown> {
    return { ...this.options };
  }

  configure(change: Record<string, unknown>): void {
    applySettings(this.options, change);
    if (this.options.listUsersDelayMs === 0)
      for (const pool of this.pools.values()) pool.past.forget();
  }

  poolIds(): string[] {
    return [...this.pools.keys()];
  }

  addPool({ id, secret }: { id?: string; secret?: string } = {}): { id: string; secret: string } {
    const pool = new Pool({
      id: id ?? this.ids.objectId(),
      secret: secret ?? randomBytes(16).toString('hex'),
      now: this.now,
      settings: this.options,
    });
    if (this.pools.has(pool.id)) throw new Error(`there is a pool ${pool.id} already`);
    this.pools.set(pool.id, pool);
    return { id: pool.id, secret: pool.secret };
  }

  addKey(key: AccessKey, poolId?: string): void {
    this.poolOf(poolId).addKey(key);
  }

  state(poolId?: string): PoolSnapshot {
    return poolSnapshot(this.poolOf(poolId));
  }

  byHand(operation: string, params: Parameters, poolId?: string): Envelope {
    const found = interfaces.get(operation);
    if (found === undefined) throw new Error(`there is no interface ${operation}`);
    return this.run(this.poolOf(poolId), found, params).body as Envelope;
  }

  addForeign(options?: ForeignOptions, poolId?: string): ForeignData {
    return addForeign(this.poolOf(poolId), { ids: this.ids, now: this.now() }, options);
  }

  addSyncRelation(objectId: string, relation: SyncRelation, poolId?: string): void {
    const { users, departments } = this.poolOf(poolId);
    const user = users.get(objectId);
    const department = departments.get(objectId);
    if (user) users.put({ ...user, syncRelations: [...user.syncRelations, relation] });
    else if (department) {
      departments.put({ ...department, syncRelations: [...department.syncRelations, relation] });
    } else throw new Error(`there is no object ${objectId}`);
  }

  revokeTokens(poolId?: string): void {
    this.poolOf(poolId).tokenGeneration += 1;
  }

  notifications(poolId?: string): { userId: string; channel: 'email' | 'phone' }[] {
    return [...this.poolOf(poolId).notifications];
  }

  private poolOf(id: string = DEFAULT_POOL.id): Pool {
    const pool = this.pools.get(id);
    if (pool === undefined) throw new Error(`there is no pool ${id}`);
    return pool;
  }
}
