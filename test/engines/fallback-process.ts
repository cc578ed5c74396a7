/** The fallback database as a process of its own that a test may kill. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FALLBACK_FILE, fallbackCommand } from '../../engines/commands.ts';
import { resolveMongo } from '../../engines/mongo.ts';
import { freePort } from '../../engines/ports.ts';
import { mongoReady, mongoUri } from '../../engines/readiness.ts';
import { engineSettings } from '../../engines/settings.ts';

export class FallbackProcess {
  readonly uri: string;
  private readonly folder: string;
  private readonly port: number;
  private child: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
    this.uri = mongoUri('fallback', port);
  }

  static async on(folder: string): Promise<FallbackProcess> {
    const database = new FallbackProcess(folder, await freePort(0));
    await database.start();
    return database;
  }

  async start(): Promise<void> {
    const settings = engineSettings({ ...process.env, MONGODB_URI: '' });
    const { engine } = await resolveMongo({ ...settings, downloads: false }, 'fallback', () => {});
    if (engine.kind !== 'fallback') throw new Error('this test is about the fallback');
    const { program, args } = fallbackCommand(engine, this.folder, this.port);
    this.child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    await mongoReady(this.uri, 20_000);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Closes its standard input, as the end of its parent does, and waits for its end. */
  async orphan(): Promise<number | null> {
    const child = this.child;
    if (child === undefined) return null;
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.stdin?.end();
    return (await ended)[0];
  }

  async fileBytes(): Promise<number> {
    return (await stat(join(this.folder, FALLBACK_FILE))).size;
  }
}
