/** Two thousand changed replies of both vendors with each run of the tests; `npm run fuzz -- replies` takes more. */
import { describe, expect, it } from 'vitest';
import { authingSubjects } from './authing-subjects.ts';
import { dingtalkSubjects } from './dingtalk-subjects.ts';
import { fuzzReplies } from './replies.ts';
import type { Subject } from './subject.ts';

const subjects = [...dingtalkSubjects(), ...authingSubjects()];

describe('changed replies', () => {
  it('become a typed result or a typed problem, and nothing else', async () => {
    const outcome = await fuzzReplies({ subjects, count: 2_000, seed: 1 });
    expect(outcome.failures).toEqual([]);
    // Both ways are really taken, and many problems are met.
    expect(outcome.results).toBeGreaterThan(100);
    expect(Object.keys(outcome.problems).length).toBeGreaterThan(15);
  });

  it('hold no more memory after thousands than before', async () => {
    const dingtalk = dingtalkSubjects();
    await fuzzReplies({ subjects: dingtalk, count: 500, seed: 2 });
    const before = process.memoryUsage().heapUsed;
    await fuzzReplies({ subjects: dingtalk, count: 1_000, seed: 3 });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
  });
});

describe('the fuzzer', () => {
  const naive: Subject = {
    name: 'naive',
    examples: ['{"errcode":0,"result":{"userid":"u","dept_id_list":[1]}}'],
    async read(reply) {
      const { result } = reply.json as { result: { dept_id_list: number[] } };
      return result.dept_id_list.map(String);
    },
    check(result) {
      if (!Array.isArray(result) || result.length === 0) throw new Error('no departments');
    },
  };

  it('finds a parser that trusts its reply, and names the reply', async () => {
    const { failures } = await fuzzReplies({ subjects: [naive], count: 200, seed: 1 });
    const reasons = failures.map((it) => it.why.split(':')[0]);
    expect(reasons).toContain('TypeError');
    expect(failures[0]).toMatchObject({ subject: 'naive' });
  });

  it('makes the same replies from the same seed', async () => {
    const texts = async (seed: number): Promise<string[]> => {
      const { failures } = await fuzzReplies({ subjects: [naive], count: 200, seed });
      return failures.map((it) => it.text);
    };
    expect(await texts(5)).toEqual(await texts(5));
    expect(await texts(5)).not.toEqual(await texts(6));
  });
});
