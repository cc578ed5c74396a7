/** The client that Authing publishes, talking to the sandbox over HTTP: its reading of the vendor is not ours. */
import { ManagementClient } from 'authing-node-sdk';
import { createAuthing, DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';
import { serveAuthing } from './authing-server.ts';
import type { Authing, AuthingOptions } from '../../sandbox/authing/vendor.ts';
import type { AuthingServer } from './authing-server.ts';

export interface Contract {
  authing: Authing;
  server: AuthingServer;
  sdk: ManagementClient;
}

/** One a test file: the published client keeps its base address in a global of its HTTP library. */
export async function contract(options: AuthingOptions = {}): Promise<Contract> {
  // The published client obeys proxies of the environment, which are not for this machine.
  process.env['NO_PROXY'] = process.env['no_proxy'] = 'localhost,127.0.0.1';
  const authing = createAuthing(options);
  const server = await serveAuthing(authing);
  const sdk = new ManagementClient({
    host: server.host,
    accessKeyId: DEFAULT_POOL.id,
    accessKeySecret: DEFAULT_POOL.secret,
  });
  return { authing, server, sdk };
}

interface Answer<T> {
  statusCode: number;
  message: string;
  data: T;
  apiCode?: number;
}

/** The data of a call that must succeed: 200, and no message. */
export async function data<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call;
  if (answer.statusCode === 200 && answer.message === '') return answer.data;
  throw new Error(`${answer.statusCode} ${answer.message}`);
}

/** Status code and message of a call that must fail, which the published client does not throw. */
export async function refusal(call: Promise<Answer<unknown>>): Promise<[number, string]> {
  const { statusCode, message } = await call;
  if (statusCode === 200) throw new Error('the call succeeded');
  return [statusCode, message];
}

/** A value of one of the package's enumerations, which are nominal and mostly not exported (reference 1.7). */
export const word = (value: string): never => value as never;
