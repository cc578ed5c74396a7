/** What the sandbox keeps on disk: one JSON file per part, written whole and then put in its place. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Storage {
  directory: string;
  /** Undefined when there is no such file. */
  read(name: string): unknown;
  write(name: string, value: unknown): void;
}

/** @param fresh forgets what was kept. */
export function openStorage(directory: string, fresh: boolean): Storage {
  mkdirSync(directory, { recursive: true });
  const fileOf = (name: string): string => join(directory, `${name}.json`);
  if (fresh)
    for (const name of ['frame', 'dingtalk', 'authing']) rmSync(fileOf(name), { force: true });
  return {
    directory,
    read(name) {
      let text: string;
      try {
        text = readFileSync(fileOf(name), 'utf8');
      } catch {
        return undefined;
      }
      return JSON.parse(text) as unknown;
    },
    write(name, value) {
      const file = fileOf(name);
      writeFileSync(`${file}.new`, JSON.stringify(value));
      renameSync(`${file}.new`, file);
    },
  };
}

export interface Saver {
  /** Something changed; it is written soon. */
  changed(): void;
  /** Writes now what is not written yet. */
  flush(): void;
}

const SOON_MS = 500;

/** Writes at most so often that writing takes a twentieth of the time, however big the state is. */
export function createSaver(save: () => void): Saver {
  let timer: NodeJS.Timeout | null = null;
  let tookMs = 0;

  function flush(): void {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    const started = performance.now();
    save();
    tookMs = performance.now() - started;
  }

  return {
    changed() {
      if (timer !== null) return;
      timer = setTimeout(flush, Math.max(SOON_MS, 20 * tookMs));
      timer.unref();
    },
    flush,
  };
}
