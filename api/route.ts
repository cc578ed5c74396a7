/** One address of the control API as a value: what it takes and answers; the app and its document are both made from it. */
import type { Request } from 'express';
import type { z } from 'zod';
import type { ProblemCode } from '../model/problem.ts';
import type { Language } from '../model/words.ts';

/** A request that was let in, its parts parsed by the route's schemas. */
export interface Asked<Q, B> {
  /** The `:id` of the path; empty where there is none. */
  id: string;
  query: Q;
  body: B;
  /** Version of the connection that the caller has seen; null unless the route asks for it. */
  version: number | null;
  language: Language;
  /** Name of the token that was shown. */
  by: string;
}

export type Method = 'get' | 'post' | 'patch' | 'delete';

export interface Route {
  /** Unique; what clients made from the document call it. */
  name: string;
  method: Method;
  /** In the form of Express, for example "/api/v1/runs/:id". */
  path: string;
  /** One sentence. */
  says: string;
  /** Answered without a token. */
  open: boolean;
  query: z.ZodObject | null;
  body: z.ZodType | null;
  /** The caller must send the version it has seen in If-Match. */
  versioned: boolean;
  answer: { status: number; schema: z.ZodType };
  /** Another status under which the same is answered. */
  also: number | null;
  /** Codes by which it may refuse, beside those that every route has. */
  refuses: ProblemCode[];
  patienceMs: number;
  /** Parses the request and carries it out; throws ZodError or ProblemError. */
  run(request: Request, known: Pick<Asked<never, never>, 'language' | 'by'>): Promise<Answer>;
}

/** What one route says of itself; everything else has a default. */
interface Said<Q extends z.ZodObject, B extends z.ZodType> {
  says: string;
  answer: z.ZodType;
  status?: number;
  also?: number;
  open?: true;
  query?: Q;
  body?: B;
  versioned?: true;
  refuses?: ProblemCode[];
  patienceMs?: number;
  run: (asked: Asked<z.output<Q>, z.output<B>>) => Promise<unknown>;
}

/** A body that is answered with headers or another status than the route's own. */
export class Answer {
  readonly body: unknown;
  readonly status: number | undefined;
  readonly headers: Record<string, string>;

  constructor(body: unknown, more: { status?: number; headers?: Record<string, string> } = {}) {
    this.body = body;
    this.status = more.status;
    this.headers = more.headers ?? {};
  }
}

/** Vendors are asked within a request only where nothing else makes sense; all others take milliseconds. */
const PATIENCE_MS = 30_000;

/** Strong, as RFC 9110 wants it for If-Match. */
export const etagOf = (version: number): string => `"${version}"`;

/** 0 is the version of no connection, so a header that is none of ours matches nothing. */
function versionIn(request: Request): number | null {
  const header = request.headers['if-match'];
  if (header === undefined) return null;
  return Number(/^"(\d{1,15})"$/.exec(header.trim())?.[1] ?? 0);
}

/** @param at method and path, for example "GET /api/v1/runs" */
export function route<Q extends z.ZodObject, B extends z.ZodType>(
  name: string,
  at: `${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`,
  said: Said<Q, B>,
): Route {
  const [method, path] = at.split(' ') as [string, string];
  const { says, answer, status = 200, query, body, run } = said;
  return {
    ...{ name, method: method.toLowerCase() as Method, path, says },
    ...{ open: said.open ?? false, query: query ?? null, body: body ?? null },
    ...{ versioned: said.versioned ?? false, answer: { status, schema: answer } },
    also: said.also ?? null,
    ...{ refuses: said.refuses ?? [], patienceMs: said.patienceMs ?? PATIENCE_MS },
    async run(request, known) {
      const { lang: _lang, ...asked } = request.query;
      const answered = await run({
        ...known,
        id: typeof request.params['id'] === 'string' ? request.params['id'] : '',
        query: query ? query.parse(asked) : (undefined as z.output<Q>),
        body: body ? body.parse(request.body) : (undefined as z.output<B>),
        version: said.versioned ? versionIn(request) : null,
      });
      return answered instanceof Answer ? answered : new Answer(answered);
    },
  };
}
