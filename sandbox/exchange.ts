/** One exchange with a simulated vendor, independent of HTTP, so that faults and logging wrap both vendors alike. */

export interface SandboxRequest {
  method: string;
  /** Path without query, for example "/topapi/v2/user/list". */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Host name the client addressed (from the Host header, without port). */
  host: string;
  /** JSON or form body as an object; null when there was none or it could not be read. */
  body: Record<string, unknown> | null;
  rawBody: string;
  /** Egress address the vendor sees; null when the call did not come through the sandbox's proxy. */
  egress: string | null;
}

export interface SandboxReply {
  /** HTTP status, 200 unless told. */
  status?: number;
  /** Sent as JSON; a string is sent as it is (already serialised JSON or HTML). */
  body: unknown;
  contentType?: string;
  /** Further headers, for example Retry-After. */
  headers?: Record<string, string>;
  /** Ids of the objects concerned, for the request log. */
  objects?: string[];
  /** True when the call changed the vendor's state. */
  wrote?: boolean;
  /** The vendor's own code for the request log; read from an object body when left out. */
  code?: string;
  /** Who called (app key, pool id), for the request log. */
  app?: string;
  /** The reply in place of this one, where the vendor has to call somebody itself first. */
  later?: Promise<SandboxReply>;
}

/** Answers one request in place of `handle`; `parameters` are those of the fault rule. */
export type OwnFault = (
  request: SandboxRequest,
  parameters: Record<string, unknown>,
) => SandboxReply;

/** A vendor whose `handle` decides and commits in one step; it never waits. */
export interface Vendor {
  side: 'dingtalk' | 'authing';
  handle(request: SandboxRequest): SandboxReply;
  /** The short name of an interface for log and faults, for example "user/list" or "create-users-batch". */
  interfaceOf(request: SandboxRequest): string;
  /** The whole state as JSON, also what is kept on disk. */
  snapshot(): unknown;
  restore(state: unknown): void;
  /** Current switches (behaviours the vendors' documents leave open) and limits. */
  settings(): Record<string, unknown>;
  configure(change: Record<string, unknown>): void;
  /** Faults that need the vendor's own shapes, by kind, for example "throttle". */
  ownFaults?: Record<string, OwnFault>;
}
