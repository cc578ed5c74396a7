/** Decides whose pool a request is for: by management token, or by signature (reference 1.3, 1.4). */
import { Failure } from './envelope.ts';
import { SeenSignatures, signatureOf, signaturesEqual, stringToSign } from './signature.ts';
import { readToken } from './token.ts';
import type { SandboxRequest } from '../exchange.ts';
import type { Parameters } from './parameters.ts';
import type { Pool } from './pool.ts';
import type { AccessKey } from './records.ts';
import type { Settings } from './settings.ts';
import type { TokenClaims } from './token.ts';

export interface Caller {
  pool: Pool;
  key: AccessKey;
}

export interface Doorkeeper {
  pools: ReadonlyMap<string, Pool>;
  settings: Settings;
  now: () => number;
}

/** Tokens are read once and then known; more than this many are forgotten. */
const KNOWN_TOKENS = 1000;

export class Authenticator {
  private readonly parts: Doorkeeper;
  private readonly knownTokens = new Map<string, TokenClaims>();
  private readonly signatures = new SeenSignatures();

  constructor(parts: Doorkeeper) {
    this.parts = parts;
  }

  /** Reads every token anew, after pools were replaced. */
  forget(): void {
    this.knownTokens.clear();
  }

  /** The pool and key with this access key id. */
  callerOf(accessKeyId: string): Caller | undefined {
    for (const pool of this.parts.pools.values()) {
      const key = pool.keys.get(accessKeyId);
      if (key !== undefined) return { pool, key };
    }
    return undefined;
  }

  /**
   * @param signed parameters as the client signed them
   * @param arrays names of arrays that leave no trace in a query when they are empty
   * @throws Failure 401, or the signature's own codes 1300 to 1306
   */
  caller(request: SandboxRequest, signed: Parameters, arrays: readonly string[]): Caller {
    const header = request.headers['authorization'] ?? '';
    const found = header.startsWith('authing ')
      ? this.bySignature(request, header.slice('authing '.length), signed, arrays)
      : this.byToken(request, header);
    if (found.key.status !== 'activated') throw this.unauthorized('AccessKey 已失效');
    return found;
  }

  private byToken(request: SandboxRequest, header: string): Caller {
    const { settings, pools, now } = this.parts;
    const withBearer = /^bearer /i.test(header);
    const token = withBearer ? header.slice('bearer '.length).trim() : header;
    if (token === '') throw this.unauthorized('未登录，无权限访问');
    if (settings.bearer === (withBearer ? 'refused' : 'required')) {
      throw this.unauthorized('Token 格式错误');
    }
    const claims = this.claims(token);
    const pool = claims && pools.get(claims.poolId);
    const key = claims && pool?.keys.get(claims.accessKeyId);
    if (claims === undefined || pool === undefined || key === undefined) {
      throw this.unauthorized('Token 无效');
    }
    const outdated =
      settings.tokens === 'newest' && pool.newestTokens.get(key.accessKeyId) !== claims.tokenId;
    if (now() >= claims.expiresAt || claims.generation !== pool.tokenGeneration || outdated) {
      throw this.unauthorized('登录信息已过期');
    }
    this.checkPoolHeader(request, pool);
    return { pool, key };
  }

  private checkPoolHeader(request: SandboxRequest, pool: Pool): void {
    const named = request.headers['x-authing-userpool-id'];
    if (named === undefined || named === '') {
      if (this.parts.settings.poolHeader === 'required') {
        throw new Failure(400, '缺少 x-authing-userpool-id');
      }
    } else if (!this.parts.pools.has(named)) {
      throw new Failure(404, '用户池不存在', 2224);
    } else if (named !== pool.id) {
      throw new Failure(403, '无权限访问该用户池', 2020);
    }
  }

  private claims(token: string): TokenClaims | undefined {
    const known = this.knownTokens.get(token);
    if (known !== undefined) return known;
    const claims = readToken(token, (id) => this.parts.pools.get(id));
    if (claims === undefined) return undefined;
    if (this.knownTokens.size >= KNOWN_TOKENS) this.knownTokens.clear();
    this.knownTokens.set(token, claims);
    return claims;
  }

  private bySignature(
    request: SandboxRequest,
    credential: string,
    signed: Parameters,
    arrays: readonly string[],
  ): Caller {
    const separator = credential.indexOf(':');
    const caller = this.callerOf(credential.slice(0, separator));
    const signature = credential.slice(separator + 1);
    if (separator < 1 || caller === undefined) throw this.unauthorized('AccessKey 不存在');
    const { headers } = request;
    if (headers['x-authing-signature-method'] !== 'HMAC-SHA1') throw this.badSignature(1301);
    if (headers['x-authing-signature-version'] !== '1.0') throw this.badSignature(1302);
    this.checkClock(headers['date'] ?? headers['x-authing-date']);
    const secret = caller.key.accessKeySecret;
    const matches = possibleParameters(signed, arrays).some((params) => {
      const message = stringToSign(request.method, request.path, headers, params);
      return (
        signaturesEqual(signature, signatureOf(secret, message)) ||
        // Parameters that are all undefined leave a bare "?" behind (reference 1.4, edge).
        (Object.keys(params).length === 0 &&
          signaturesEqual(signature, signatureOf(secret, `${message}?`)))
      );
    });
    if (!matches) throw this.badSignature(1300);
    const { now, settings } = this.parts;
    if (this.signatures.seen(signature, now(), settings.clockWindowMs)) {
      throw this.badSignature(1306);
    }
    return caller;
  }

  private checkClock(date: string | undefined): void {
    if (date === undefined || date === '') throw this.badSignature(1304);
    // The documents ask for unix milliseconds while Node sends RFC 1123 text (reference 1.4): both pass.
    const time = /^\d+$/.test(date) ? Number(date) : Date.parse(date);
    if (Number.isNaN(time)) throw this.badSignature(1303);
    const window = this.parts.settings.clockWindowMs;
    if (window > 0 && Math.abs(this.parts.now() - time) > window) throw this.badSignature(1305);
  }

  private badSignature(apiCode: keyof typeof SIGNATURE_FAULTS): Failure {
    return new Failure(
      Number(this.parts.settings.signatureStatus),
      SIGNATURE_FAULTS[apiCode],
      apiCode,
    );
  }

  private unauthorized(message: string): Failure {
    return new Failure(401, message, 2020, this.parts.settings.badToken === 'http' ? 401 : 200);
  }
}

const SIGNATURE_FAULTS = {
  1300: '签名错误',
  1301: '签名方法错误',
  1302: '签名版本错误',
  1303: '时间戳格式错误',
  1304: '缺少 date 请求头',
  1305: '客户端时间与服务器时间相差过大',
  1306: '签名已被使用',
};

/** A client signs an empty array as "[]" but its query does not show it. */
function possibleParameters(signed: Parameters, arrays: readonly string[]): Parameters[] {
  const hidden = arrays.filter((name) => !Object.hasOwn(signed, name));
  if (hidden.length === 0) return [signed];
  return [signed, { ...signed, ...Object.fromEntries(hidden.map((name) => [name, []])) }];
}
