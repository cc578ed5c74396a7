/** `npm run fuzz -- replies [--count N] [--seed N]`: many changed replies, far more than the tests take. */
import { parseArgs } from 'node:util';
import { authingSubjects } from './authing-subjects.ts';
import { dingtalkSubjects } from './dingtalk-subjects.ts';
import { fuzzReplies } from './replies.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});

if (positionals[0] !== 'replies') {
  process.stderr.write('usage: npm run fuzz -- replies [--count N] [--seed N]\n');
  process.exit(64);
}

const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const started = performance.now();
const outcome = await fuzzReplies({
  subjects: [...dingtalkSubjects(), ...authingSubjects()],
  count: Number(values.count),
  seed,
  progress: (done) => {
    if (done % 10_000 === 0) process.stderr.write(`${done} replies\n`);
  },
});
const { failures, results, problems, slowestMs } = outcome;
for (const it of failures) {
  process.stdout.write(
    `${it.subject}, seed ${seed}, reply ${it.number}: ${it.why}\n${it.text}\n\n`,
  );
}
const seconds = Math.round((performance.now() - started) / 1000);
const memory = Math.round(process.memoryUsage().rss / 1024 / 1024);
process.stdout.write(
  `${JSON.stringify({ seed, results, problems, slowestMs: Math.round(slowestMs), seconds, memory, failures: failures.length })}\n`,
);
process.exit(failures.length > 0 ? 1 : 0);
