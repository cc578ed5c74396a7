/** The ways to MongoDB and Temporal: they wait with words, give up in time, and say what was refused. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { makeLog, silentLog } from '../../runtime/log.ts';
import type { Log } from '../../runtime/log.ts';
import { connectMongo, mongoHosts } from '../../runtime/mongo.ts';
import { untilReached } from '../../runtime/patience.ts';
import { StartFault } from '../../runtime/start-fault.ts';
import { connectClient } from '../../runtime/temporal.ts';
import { connectWorker, temporalLogger } from '../../runtime/temporal-worker.ts';

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const mongo = (uri: string, database = 'runtime-connections') => ({ mongo: { uri, database } });
const temporal = (address: string, namespace = 'default') => ({
  temporal: { namespace, connectionOptions: { address } },
});

async function refusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function faultOf(promise: Promise<unknown>): Promise<StartFault> {
  const error: unknown = await promise.then(
    () => undefined,
    (it: unknown) => it,
  );
  if (error instanceof StartFault) return error;
  throw new Error('expected a StartFault', { cause: error });
}

describe('MongoDB', () => {
  it('is reached, keeps majority writes, and gives each caller of a race one winner', async () => {
    const it = await connectMongo(mongo(inject('mongoUri')), { log: silentLog });
    closing.push(it.close);
    const items = it.db.collection<{ _id: string; n: number; by?: number }>('items');
    await items.deleteMany({});
    await items.insertOne({ _id: 'a', n: 0 });
    const twice = items.insertOne({ _id: 'a', n: 1 });
    await expect(twice).rejects.toMatchObject({ code: 11000 });
    const races = [...Array(20).keys()].map((by) =>
      items.updateOne({ _id: 'a', n: 0 }, { $set: { n: 1, by } }),
    );
    const won = (await Promise.all(races)).filter((result) => result.modifiedCount === 1);
    expect(won).toHaveLength(1);
    expect(it.client.options.writeConcern?.w).toBe('majority');
  });

  it('that stays away is named by host, without user and password', async () => {
    const uri = `mongodb://admin:hunter2@127.0.0.1:${await refusedPort()}/?authSource=admin`;
    const fault = await faultOf(connectMongo(mongo(uri), { log: silentLog, patienceMs: 300 }));
    expect(fault.message).toMatch(/^MongoDB at 127\.0\.0\.1:\d+ did not answer within \d+ s\./);
    expect(fault.message).not.toContain('hunter2');
    expect(fault.exitCode).toBe(1);
  });

  it.each([
    ['mongodb://u:p%40x@a:1,b:2/db?replicaSet=r', 'a:1,b:2'],
    ['mongodb+srv://u@cluster.example/', 'cluster.example'],
    ['mongodb://127.0.0.1:27017', '127.0.0.1:27017'],
  ])('address %s is shown as %s', (uri, shown) => {
    expect(mongoHosts(uri)).toBe(shown);
  });
});

describe('Temporal', () => {
  it('is reached by a client and by a worker', async () => {
    const config = temporal(inject('temporalAddress'));
    const client = await connectClient(config, { log: silentLog });
    closing.push(client.close);
    expect(client.client.options.namespace).toBe('default');
    const worker = await connectWorker(config, { log: silentLog });
    closing.push(() => worker.close());
    await client.connection.healthService.check({});
  });

  it('without the namespace is a wrong setting, said at once', async () => {
    const config = temporal(inject('temporalAddress'), 'nobody-made-this');
    for (const connect of [connectClient, connectWorker]) {
      const fault = await faultOf(connect(config, { log: silentLog }));
      expect(fault.exitCode).toBe(78);
      expect(fault.message).toContain('has no namespace "nobody-made-this"');
    }
  });

  it('that stays away is named with what to do', async () => {
    const config = temporal(`127.0.0.1:${await refusedPort()}`);
    for (const connect of [connectClient, connectWorker]) {
      const fault = await faultOf(connect(config, { log: silentLog, patienceMs: 300 }));
      expect(fault.message).toMatch(/^Temporal at 127\.0\.0\.1:\d+ did not answer within/);
      expect(fault.message).toContain('npm run demo');
      expect(fault.exitCode).toBe(1);
    }
  });
});

describe("the log of Temporal's library", () => {
  it('keeps to our fields and shows warnings and errors alone', () => {
    const lines: string[] = [];
    const log = makeLog('worker', 'debug', { write: (line: string) => void lines.push(line) });
    const logger = temporalLogger(log);
    logger.info('Worker state changed', { state: 'RUNNING' });
    logger.warn('Activity failed', {
      workflowId: 'import/feihua',
      activityType: 'readMembers',
      args: ['hunter2'],
      error: new Error('hunter2', { cause: new Error('hunter2') }),
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      workflowId: 'import/feihua',
      activity: 'readMembers',
      error: { name: 'Error', cause: { name: 'Error' } },
      message: 'Activity failed',
    });
    expect(lines[0]).not.toContain('hunter2');
  });
});

describe('patience', () => {
  const attempt = { what: 'Server at x', remedy: 'Start it.' };

  it('goes on until the server answers', async () => {
    let tries = 0;
    const answer = await untilReached(
      {
        ...attempt,
        try: () => {
          tries += 1;
          return tries < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve('here');
        },
      },
      { log: silentLog },
    );
    expect(answer).toBe('here');
    expect(tries).toBe(3);
  });

  it('says that it waits, once in a while and without the message of the failure', async () => {
    const said: unknown[] = [];
    const log: Log = { ...silentLog, warn: (message) => void said.push(message) };
    const never = { ...attempt, try: () => Promise.reject(new Error('hunter2')) };
    const fault = await faultOf(untilReached(never, { log, patienceMs: 3_000 }));
    expect(said).toEqual(['Server does not answer yet']);
    expect(fault.message).not.toContain('hunter2');
  });

  it('ends at once when the process is asked to end, or when waiting cannot help', async () => {
    const never = { ...attempt, try: () => Promise.reject(new Error('no')) };
    const stopping = AbortSignal.timeout(50);
    const begun = Date.now();
    await expect(untilReached(never, { log: silentLog, signal: stopping })).rejects.toThrow();
    const refused = { ...never, refusal: () => 'refused the password.' };
    const fault = await faultOf(untilReached(refused, { log: silentLog }));
    expect(fault.message).toBe('Server at x refused the password.');
    expect(fault.exitCode).toBe(78);
    expect(Date.now() - begun).toBeLessThan(5_000);
  });
});
