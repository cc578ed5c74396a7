/** `npm run simulate -- --seeds N [--seed S] [--world W]`: many seeded worlds; a failure is shrunk and printed. */
import { parseArgs } from 'node:util';
import { play } from './play.ts';
import { drawWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    log: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const started = performance.now();
const single = values.seed !== undefined;
const from = Number(values.seed ?? values.from);
const count = single ? 1 : Number(values.seeds);
let failures = 0;
let events = 0;
for (let seed = from; seed < from + count; seed++) {
  const played = await play(drawWorld(seed), values.log);
  events += played.events;
  if (values.log) for (const line of played.log) process.stdout.write(`${line}\n`);
  if (played.broken.length > 0) {
    failures++;
    process.stdout.write(`seed ${seed}: ${played.broken.slice(0, 3).join(' | ')}\n`);
    if (!values.keep) break;
  }
}
const seconds = Math.round((performance.now() - started) / 100) / 10;
process.stdout.write(`${JSON.stringify({ seeds: count, failures, events, seconds })}\n`);
process.exit(failures > 0 ? 1 : 0);
