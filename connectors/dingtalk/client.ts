/** One call to DingTalk: waits for its turn, carries the token, replaces it once when it was refused. */
import { ProblemError, problem } from '../../model/problem.ts';
import { newAnswer, oldAnswer } from './answer.ts';
import { refusalProblem, saysToken } from './refusal.ts';
import { createTokenCache } from './tokens.ts';
import { z } from 'zod';
import type { ObjectRef } from '../../model/directory.ts';
import type { SourceAddress } from '../../model/connection.ts';
import type { Transport } from '../transport.ts';
import type { Answer } from './answer.ts';
import type { Limiter } from './pace.ts';
import type { SharedToken, Token, TokenCache } from './tokens.ts';

/** The access token lives two hours; a longer life than told is never believed. */
const TOKEN_SECONDS = 7200;

export interface ClientOptions {
  address: SourceAddress;
  appSecret: string;
  transport: Transport;
  tokens: SharedToken;
  limiter: Limiter;
  now?: () => number;
}

export interface Call {
  /** Path below the base address, which is also the interface's name. */
  name: string;
  method?: 'GET' | 'POST';
  body?: Record<string, unknown>;
  /** What the call is about, when it is about one object. */
  object?: ObjectRef;
  signal?: AbortSignal;
  /** What is read is gone at DingTalk afterwards: a lost answer has effect `unknown`, and is not asked for again. */
  takes?: true;
}

export class DingTalkClient {
  readonly calls = { source: 0, tokens: 0 };
  readonly #options: ClientOptions;
  readonly #tokens: TokenCache;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#tokens = createTokenCache(options.tokens, () => this.#fetchToken(), options.now);
  }

  token(signal?: AbortSignal): Promise<string> {
    return this.#tokens.get(signal);
  }

  /** The answer as it stands after at most one change of token; a refusal of the second is an answer too. */
  async call(call: Call): Promise<Answer> {
    const token = await this.#tokens.get(call.signal);
    const answer = await this.#once(call, token);
    if (answer.ok || !saysToken(answer.refusal)) return answer;
    return this.#once(call, await this.#tokens.replace(token, call.signal));
  }

  async #once(call: Call, token: string): Promise<Answer> {
    const { address, limiter, transport } = this.#options;
    await limiter(call.name, call.signal);
    this.calls.source += 1;
    const reply = await transport.send({
      method: call.method ?? 'POST',
      url: below(address.oapi, call.name),
      // The old interface takes the token from the query only (a header is ignored).
      query: { access_token: token },
      body: call.method === 'GET' ? undefined : (call.body ?? {}),
      name: call.name,
      signal: call.signal,
      ...(call.takes ? { write: true } : {}),
    });
    return oldAnswer(reply);
  }

  async #fetchToken(): Promise<Token> {
    const { address, appSecret, limiter, transport, now = Date.now } = this.#options;
    await limiter('gettoken');
    this.calls.tokens += 1;
    const askedAt = now();
    // Key and secret must be in the query (a body is ignored, 40035), so this URL is never shown.
    const reply = await transport.send({
      method: 'GET',
      url: below(address.oapi, 'gettoken'),
      query: { appkey: address.appKey, appsecret: appSecret },
      name: 'gettoken',
    });
    const answer = oldAnswer(reply);
    if (!answer.ok) {
      const it = refusalProblem(answer.refusal, 'gettoken');
      // With no token involved, a refused one means the secret.
      if (saysToken(answer.refusal)) throw refusedSecret(it.detail.vendorCode);
      throw new ProblemError(it);
    }
    const parsed = tokenReply.safeParse(answer.json);
    if (!parsed.success) throw new ProblemError(unreadable('gettoken', 'access_token'));
    const seconds = Math.min(parsed.data.expires_in ?? TOKEN_SECONDS, TOKEN_SECONDS);
    return { token: parsed.data.access_token, expiresAt: askedAt + seconds * 1000 };
  }

  /** Proves that the company and the app belong together; throws SOURCE_COMPANY_UNKNOWN when DingTalk says no. */
  async proveCompany(signal?: AbortSignal): Promise<void> {
    const { address, appSecret, limiter, transport } = this.#options;
    const name = 'v1.0/oauth2/{corpId}/token';
    await limiter(name, signal);
    this.calls.tokens += 1;
    const reply = await transport.send({
      method: 'POST',
      url: below(address.api, `v1.0/oauth2/${encodeURIComponent(address.corpId)}/token`),
      body: {
        client_id: address.appKey,
        client_secret: appSecret,
        grant_type: 'client_credentials',
      },
      name,
      signal,
    });
    const answer = newAnswer(reply);
    if (answer.ok) return;
    const it = refusalProblem(answer.refusal, name);
    // A made-up CorpId is answered with HTTP 500 unknownError (seen on the wire), not with a code of its own.
    const denied = ['invalid.client', 'unauthorized.client', 'unknownError'];
    if (denied.includes(answer.refusal.code)) {
      throw new ProblemError(problem('SOURCE_COMPANY_UNKNOWN', it.detail));
    }
    throw new ProblemError(it);
  }
}

const tokenReply = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,512}$/),
  expires_in: z.coerce.number().positive().optional(),
});

/** A reply whose envelope said success and whose contents are not what is documented. */
export function unreadable(
  name: string,
  field: string,
  requestId?: string,
): ReturnType<typeof problem> {
  return problem('SOURCE_REPLY_UNREADABLE', { interface: name, field, httpStatus: 200, requestId });
}

function refusedSecret(vendorCode: string | undefined): ProblemError {
  return new ProblemError(
    problem('SOURCE_CREDENTIALS_REJECTED', { interface: 'gettoken', vendorCode }),
  );
}

function below(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`;
}
