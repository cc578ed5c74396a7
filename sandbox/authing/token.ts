/** Management tokens: a JWT whose claim `scoped_userpool_id` names the pool (reference 1.3). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isObject } from './parameters.ts';
import type { Pool } from './pool.ts';

export interface TokenClaims {
  poolId: string;
  accessKeyId: string;
  tokenId: string;
  generation: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

const signed = (secret: string, content: string): string =>
  createHmac('sha256', secret).update(content).digest('base64url');

const HEADER = encoded({ alg: 'HS256', typ: 'JWT' });

export function issueToken(
  pool: Pool,
  accessKeyId: string,
  tokenId: string,
  now: number,
  seconds: number,
): string {
  const issuedAt = Math.floor(now / 1000);
  const claims = {
    sub: accessKeyId,
    scoped_userpool_id: pool.id,
    iat: issuedAt,
    exp: issuedAt + seconds,
    jti: tokenId,
    generation: pool.tokenGeneration,
  };
  const content = `${HEADER}.${encoded(claims)}`;
  return `${content}.${signed(pool.secret, content)}`;
}

/** What a token says about itself, or undefined when this sandbox did not make it. */
export function readToken(
  token: string,
  poolOf: (id: string) => Pool | undefined,
): TokenClaims | undefined {
  const [header, payload, signature, ...more] = token.split('.');
  if (header !== HEADER || payload === undefined || signature === undefined || more.length > 0) {
    return undefined;
  }
  const claims = claimsIn(payload);
  const pool = claims && poolOf(claims.poolId);
  if (claims === undefined || pool === undefined) return undefined;
  const expected = Buffer.from(signed(pool.secret, `${header}.${payload}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return claims;
}

function claimsIn(payload: string): TokenClaims | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!isObject(parsed)) return undefined;
  const { scoped_userpool_id: poolId, sub: accessKeyId, jti: tokenId, exp, generation } = parsed;
  if (typeof poolId !== 'string' || typeof accessKeyId !== 'string') return undefined;
  if (typeof tokenId !== 'string' || typeof exp !== 'number') return undefined;
  if (typeof generation !== 'number') return undefined;
  return { poolId, accessKeyId, tokenId, generation, expiresAt: exp * 1000 };
}
