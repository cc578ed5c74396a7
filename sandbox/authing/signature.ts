/** The signature of a request as Authing's Node and C# clients make it (reference 1.4). */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Headers under `x-authing-` and `date`, sorted, one a line, then the path with its sorted parameters. */
export function stringToSign(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  params: Readonly<Record<string, unknown>>,
): string {
  const names = Object.keys(headers).filter(
    (name) => name.startsWith('x-authing-') || name === 'date',
  );
  const lines = names
    .sort()
    .map((name) => `${name}:${(headers[name] ?? '').replace(/[\t\n\r\f]/g, ' ').trim()}\n`);
  return `${method.toUpperCase()}\n${lines.join('')}${resource(path, params)}`;
}

/** Only the top level is sorted; objects and arrays count as JSON text; nothing is URL-encoded. */
function resource(path: string, params: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(params).sort();
  if (names.length === 0) return path;
  const pairs = names.map((name) => `${name}=${asText(params[name])}`);
  return `${path}?${pairs.join('&')}`;
}

function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

export function signatureOf(secret: string, message: string): string {
  return createHmac('sha1', secret).update(message, 'utf8').digest('base64');
}

export function signaturesEqual(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Signatures seen within the clock window: a second use of one is a replay (1306). */
export class SeenSignatures {
  private current = new Set<string>();
  private previous = new Set<string>();
  private turnedAt = 0;

  /** True when the signature was seen before; else remembers it. A window of 0 remembers for an hour. */
  seen(signature: string, now: number, windowMs: number): boolean {
    // A date may lie one window ahead and be accepted for two; two sets of that span cover it.
    const span = 2 * (windowMs === 0 ? 1_800_000 : windowMs);
    if (now - this.turnedAt > span) {
      this.previous = now - this.turnedAt > 2 * span ? new Set() : this.current;
      this.current = new Set();
      this.turnedAt = now;
    }
    if (this.current.has(signature) || this.previous.has(signature)) return true;
    this.current.add(signature);
    return false;
  }
}
