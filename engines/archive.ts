/** Takes one program out of a gzipped tar archive. */
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;

/**
 * Writes the archive's regular file of that base name to `target`, executable.
 * @throws when the archive is damaged, ends early, or has no such file
 */
export async function extractProgram(archive: string, name: string, target: string): Promise<void> {
  const blocks = new Blocks(createReadStream(archive).pipe(createGunzip()));
  for (;;) {
    const header = await blocks.take(BLOCK);
    // POSIX ustar: two blocks of zeroes end an archive.
    if (header === undefined || header[0] === 0) throw new Error(`no ${name} in the archive`);
    const size = Number.parseInt(text(header, 124, 12), 8);
    if (!Number.isInteger(size)) throw new Error('the archive is damaged');
    const type = String.fromCharCode(header[156] ?? 0);
    const regular = type === '0' || type === '\0';
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (regular && basename(text(header, 0, 100)) === name) {
      await writeProgram(blocks, size, target);
      return;
    }
    await blocks.skip(padded);
  }
}

async function writeProgram(blocks: Blocks, size: number, target: string): Promise<void> {
  const out = createWriteStream(target);
  const done = finished(out);
  try {
    for (let left = size; left > 0;) {
      const part = await blocks.take(Math.min(left, 1024 * 1024));
      if (part === undefined) throw new Error('the archive ends early');
      if (!out.write(part))
        await new Promise<void>((resolve) => out.once('drain', () => resolve()));
      left -= part.length;
    }
  } finally {
    out.end();
    await done;
  }
  await chmod(target, 0o755);
}

function text(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length).toString('latin1');
  return field.split('\0')[0]?.trim() ?? '';
}

/** Bytes of a stream in the portions that are asked for. */
class Blocks {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes, or undefined when the stream has ended before. */
  async take(length: number): Promise<Buffer | undefined> {
    const parts = [this.held];
    let have = this.held.length;
    while (have < length) {
      const next = await this.chunks.next();
      if (next.done) return undefined;
      parts.push(next.value);
      have += next.value.length;
    }
    const all = parts.length === 1 ? this.held : Buffer.concat(parts);
    this.held = all.subarray(length);
    return all.subarray(0, length);
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) {
      const part = await this.take(Math.min(left, 64 * 1024));
      if (part === undefined) throw new Error('the archive ends early');
      left -= part.length;
    }
  }
}
