/** The control API from a terminal: requests with the token, problems as errors with words. */
import type { ProblemView } from './views.ts';

/** A refusal of the API, in the caller's language. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly words: ProblemView;
  readonly run: string | null;

  constructor(words: ProblemView, run: string | null) {
    super(words.message);
    this.name = 'ApiProblem';
    this.code = words.code;
    this.words = words;
    this.run = run;
  }
}

export interface ApiClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/** @param url base address of the API, for example "http://127.0.0.1:8080" */
export function createApiClient(url: string, token: string, language: string): ApiClient {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'accept-language': language,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const reply = (await response.json()) as Record<string, unknown>;
    if (response.ok) return reply as T;
    throw new ApiProblem(toView(reply), typeof reply['run'] === 'string' ? reply['run'] : null);
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
  };
}

function toView(reply: Record<string, unknown>): ProblemView {
  const text = (name: string): string => (typeof reply[name] === 'string' ? reply[name] : '');
  return {
    code: text('code'),
    kind: 'config',
    object: null,
    message: text('what') || text('title'),
    means: text('means'),
    remedy: text('remedy'),
    who: 'administrator',
  };
}
