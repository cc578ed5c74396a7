/** The control API from a terminal: requests with the token, problems as errors with words. */
import type { ProblemView } from './views.ts';

/** A refusal of the API, in the caller's language. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly words: ProblemView;
  readonly run: string | null;

  constructor(status: number, words: ProblemView, run: string | null) {
    super(words.message);
    this.name = 'ApiProblem';
    this.code = words.code;
    this.status = status;
    this.words = words;
    this.run = run;
  }
}

/** Nobody answered at the API's address, or somebody who is not the API. */
export class ApiAway extends Error {
  constructor() {
    super('the API does not answer');
    this.name = 'ApiAway';
  }
}

export interface ApiClient {
  get<T>(path: string): Promise<T>;
  /** @param timeoutMs for what takes long by its nature; 30 seconds else */
  post<T>(path: string, body: unknown, timeoutMs?: number): Promise<T>;
  /** @param version of the object as it was seen */
  patch<T>(path: string, body: unknown, version: number): Promise<T>;
  remove<T>(path: string, version?: number): Promise<T>;
  /** What is outside of the versions of the API and says even by its failure how things are. */
  readiness<T>(): Promise<T>;
}

interface Call {
  method: string;
  path: string;
  body?: unknown;
  timeoutMs?: number;
  version?: number | undefined;
}

const TIMEOUT_MS = 30_000;

/** @param url base address of the API, for example "http://127.0.0.1:8080" */
export function createApiClient(url: string, token: string, language: string): ApiClient {
  const ask = async ({ method, path, body, timeoutMs = TIMEOUT_MS, version }: Call) => {
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'accept-language': language,
          ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { response, reply: (await response.json()) as Record<string, unknown> };
    } catch {
      throw new ApiAway();
    }
  };
  const call = async <T>(asked: Call): Promise<T> => {
    const { response, reply } = await ask({ ...asked, path: `/api/v1${asked.path}` });
    if (response.ok) return reply as T;
    const run = typeof reply['run'] === 'string' ? reply['run'] : null;
    throw new ApiProblem(response.status, toView(reply), run);
  };
  return {
    get: (path) => call({ method: 'GET', path }),
    post: (path, body, timeoutMs = TIMEOUT_MS) => call({ method: 'POST', path, body, timeoutMs }),
    patch: (path, body, version) => call({ method: 'PATCH', path, body, version }),
    remove: (path, version) => call({ method: 'DELETE', path, version }),
    readiness: async <T>() => (await ask({ method: 'GET', path: '/readyz' })).reply as T,
  };
}

function toView(reply: Record<string, unknown>): ProblemView {
  const text = (name: string): string => (typeof reply[name] === 'string' ? reply[name] : '');
  return {
    code: text('code'),
    kind: text('kind'),
    object: null,
    message: text('what') || text('title'),
    means: text('means'),
    remedy: text('remedy'),
    who: text('who'),
  };
}
