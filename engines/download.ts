/** Fetches one file over HTTP(S), whole and checked, or says in a few words why not; every wait has an end. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { finished } from 'node:stream/promises';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { messageOf } from './resolution.ts';

export interface DownloadLimits {
  /** Longest wait for an answer; a blocked address shall cost seconds. */
  answerMs: number;
  /** Longest pause between two portions. */
  stallMs: number;
  /** Longest download altogether. */
  totalMs: number;
}

export const DEFAULT_LIMITS: DownloadLimits = {
  answerMs: 5_000,
  stallMs: 15_000,
  totalMs: 20 * 60_000,
};

const REDIRECTS = 5;
const CHECKSUM_LIMIT_BYTES = 4_096;

export interface DownloadOptions {
  limits: DownloadLimits;
  /** HTTPS_PROXY and NO_PROXY are taken from here. */
  env: NodeJS.ProcessEnv;
  onProgress?: (receivedBytes: number, totalBytes: number | undefined) => void;
}

/**
 * Writes what the address serves to `target` and compares its SHA-256.
 * @throws with a sentence that names the host; what was written so far is the caller's to remove
 */
export async function download(
  url: string,
  target: string,
  sha256: string,
  options: DownloadOptions,
): Promise<void> {
  const hash = createHash('sha256');
  const out = createWriteStream(target);
  const done = finished(out);
  done.catch(() => {});
  try {
    await receive(url, options, async (chunk) => {
      hash.update(chunk);
      if (!out.write(chunk)) {
        await Promise.race([
          done,
          new Promise<void>((resolve) => out.once('drain', () => resolve())),
        ]);
      }
    });
  } finally {
    out.end();
    await done;
  }
  const found = hash.digest('hex');
  if (found !== sha256) {
    throw new Error(`${hostOf(url)} sent a file with checksum ${found}, expected is ${sha256}`);
  }
}

/** The first word of a small text file: how vendors publish a checksum beside an archive. */
export async function downloadChecksum(url: string, options: DownloadOptions): Promise<string> {
  let body = '';
  await receive(url, options, async (chunk) => {
    body += chunk.toString('latin1');
    if (body.length > CHECKSUM_LIMIT_BYTES) throw new Error(`${url} is no checksum`);
  });
  const checksum = /^[0-9a-f]{64}\b/.exec(body.trim())?.[0];
  if (checksum === undefined) throw new Error(`${url} is no checksum`);
  return checksum;
}

async function receive(
  url: string,
  options: DownloadOptions,
  take: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  const { limits } = options;
  const host = hostOf(url);
  const stop = new AbortController();
  const total = setTimeout(() => stop.abort(), limits.totalMs);
  let stall: NodeJS.Timeout | undefined;
  let stalled = false;
  try {
    const answer = await follow(url, options, stop.signal);
    const expected = Number(answer.headers['content-length'] ?? Number.NaN);
    let received = 0;
    const watch = () => {
      clearTimeout(stall);
      stall = setTimeout(() => {
        stalled = true;
        answer.destroy();
      }, limits.stallMs);
    };
    watch();
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        received += chunk.length;
        await take(chunk);
        watch();
        options.onProgress?.(received, Number.isNaN(expected) ? undefined : expected);
      }
    } catch (error) {
      if (stalled) throw new Error(`${host} stopped sending for ${limits.stallMs / 1000} s`);
      if (stop.signal.aborted) throw new Error(`took longer than ${limits.totalMs / 1000} s`);
      const whole = Number.isNaN(expected) ? '' : ` of ${expected}`;
      const after = `after ${received}${whole} bytes`;
      throw new Error(`${host} broke off ${after}: ${messageOf(error)}`, { cause: error });
    }
    if (!Number.isNaN(expected) && received !== expected) {
      throw new Error(`${host} broke off after ${received} of ${expected} bytes`);
    }
  } finally {
    clearTimeout(total);
    clearTimeout(stall);
  }
}

/** The answer after redirects; anything but 200 is an error. */
async function follow(
  url: string,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let address = url;
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    const answer = await ask(address, options, signal);
    const { statusCode = 0 } = answer;
    if (statusCode === 200) return answer;
    answer.destroy();
    const location = answer.headers.location;
    if (statusCode < 300 || statusCode > 399 || location === undefined) {
      throw new Error(`${hostOf(address)} answered ${statusCode}`);
    }
    address = new URL(location, address).href;
  }
  throw new Error(`${hostOf(url)} redirects more than ${REDIRECTS} times`);
}

function ask(url: string, options: DownloadOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const host = hostOf(url);
  const proxy = proxyFor(url, options.env);
  const { answerMs } = options.limits;
  return new Promise((resolve, reject) => {
    const secure = url.startsWith('https:');
    const request = (secure ? requestHttps : requestHttp)(url, {
      signal,
      ...(proxy !== undefined && secure ? { agent: new HttpsProxyAgent(proxy) } : {}),
    });
    const timer = setTimeout(() => {
      request.destroy(new Error(`no answer within ${answerMs / 1000} s`));
    }, answerMs);
    request.once('response', (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    request.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const through = proxy === undefined ? '' : ' through HTTPS_PROXY';
      reject(
        new Error(`${host}${through}: ${error.message || error.code || 'no connection'}`, {
          cause: error,
        }),
      );
    });
    request.end();
  });
}

function proxyFor(url: string, env: NodeJS.ProcessEnv): string | undefined {
  const host = new URL(url).hostname;
  const exceptions = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((one) => one.trim());
  const excepted = exceptions.some((one) => one === '*' || (one !== '' && host.endsWith(one)));
  return excepted ? undefined : (env['HTTPS_PROXY'] ?? env['https_proxy']) || undefined;
}

function hostOf(url: string): string {
  return new URL(url).host;
}
