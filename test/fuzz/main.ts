/** `npm run fuzz -- replies|callback [--count N] [--seed N]`: many changed replies or callbacks, far more than the tests take. */
import { parseArgs } from 'node:util';
import { authingSubjects } from './authing-subjects.ts';
import { fuzzCallbacks } from './callbacks.ts';
import { dingtalkSubjects } from './dingtalk-subjects.ts';
import { fuzzReplies } from './replies.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});

const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const count = Number(values.count);
const started = performance.now();

/** The last line is the result; what comes before it are inputs that were not taken as they should. */
function end(failures: { number: number; why: string; text: string }[], facts: object): never {
  for (const { number, why, text } of failures) {
    process.stdout.write(`seed ${seed}, input ${number}: ${why}\n${text}\n\n`);
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const memory = Math.round(process.memoryUsage().rss / 1024 / 1024);
  const line = { seed, ...facts, seconds, memory, failures: failures.length };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  process.exit(failures.length > 0 ? 1 : 0);
}

const progress = (done: number): void => {
  if (done > 0 && done % 10_000 < 1_600) process.stderr.write(`${done} inputs\n`);
};

if (positionals[0] === 'replies') {
  const subjects = [...dingtalkSubjects(), ...authingSubjects()];
  const { failures, results, problems, slowestMs } = await fuzzReplies({
    subjects,
    count,
    seed,
    progress,
  });
  const named = failures.map((it) => ({ ...it, why: `${it.subject}: ${it.why}` }));
  end(named, { results, problems, slowestMs: Math.round(slowestMs) });
} else if (positionals[0] === 'callback') {
  const { failures, statuses, kept } = await fuzzCallbacks({ count, seed, progress });
  end(failures, { statuses, kept });
} else {
  process.stderr.write('usage: npm run fuzz -- replies|callback [--count N] [--seed N]\n');
  process.exit(64);
}
