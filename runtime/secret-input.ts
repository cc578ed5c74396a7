/** How a secret enters: from a file, from the environment, or typed unseen; never from the command line. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

export interface SecretWay {
  /** Variable of the environment that may hold it. */
  variable: string;
  /** File named by the caller. */
  file?: string | undefined;
  /** What to show when it is typed. */
  prompt: string;
  /** False: nothing may be asked. */
  mayAsk: boolean;
}

/** The secret without blanks around it, or null when it was neither given nor could be asked for. */
export async function secretFrom(way: SecretWay): Promise<string | null> {
  if (way.file !== undefined) return readFileSync(way.file, 'utf8').trim();
  const given = process.env[way.variable]?.trim();
  if (given) return given;
  if (!way.mayAsk || !process.stdin.isTTY) return null;
  return ask(way.prompt, true);
}

/** A line typed by a person; hidden lines are not shown. */
export async function ask(prompt: string, hidden = false): Promise<string> {
  process.stderr.write(`${prompt}: `);
  const output = hidden
    ? new Writable({ write: (_chunk, _encoding, done) => done() })
    : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  const line = await new Promise<string>((resolve) => lines.question('', resolve));
  lines.close();
  if (hidden) process.stderr.write('\n');
  return line.trim();
}

/** True when a person sits in front of it. */
export function isTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}
