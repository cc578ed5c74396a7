/** A diagnosis names each cause by its own code, at its own step, in both languages, and leaves nothing behind. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOURCE_STEPS, TARGET_STEPS, verdictOf } from '../../model/diagnosis.ts';
import { say } from '../../model/say.ts';
import { causes } from './causes.ts';
import { diagnosisDocument, file } from './document.ts';
import { canariesOf, leftBehind, openPlaces, run, stageOf, withSandbox } from './stage.ts';
import type { Places } from './stage.ts';

let places: Places;
beforeAll(async () => {
  places = await openPlaces();
});
afterAll(() => places.close());

describe('a diagnosis', () => {
  it('finds a right connection healthy, step by step, and leaves nothing behind', async () => {
    await withSandbox(async (sandbox) => {
      const before = leftBehind(sandbox);
      const stage = stageOf(sandbox, places);
      const steps = await run(stage);
      expect(steps.map((it) => it.name)).toEqual([...SOURCE_STEPS, ...TARGET_STEPS]);
      expect(steps.filter((it) => it.status !== 'ok')).toEqual([]);
      expect(verdictOf({ connection: 'feihua', at: '', steps })).toBe('healthy');
      expect(steps.find((it) => it.name === 'counts')?.facts).toEqual({ people: 4, visible: 4 });
      expect(steps.find((it) => it.name === 'organization')?.facts.state).toBe('will_be_created');
      expect(leftBehind(sandbox)).toBe(before);
      for (const canary of canariesOf(sandbox, stage)) {
        expect(JSON.stringify(steps)).not.toContain(canary);
      }
    });
  });

  it.each(causes)('$code: $name', async (cause) => {
    await withSandbox(async (sandbox) => {
      const stage = stageOf(sandbox, places);
      await cause.prepare(stage);
      const before = leftBehind(sandbox);
      const steps = await run(stage, cause.timeoutMs);
      const step = steps.find((it) => it.problem?.code === cause.code && it.name === cause.step);
      expect(step, JSON.stringify(steps.filter((it) => it.problem))).toBeDefined();
      expect(step?.status).toBe(cause.status);
      const problem = step?.problem;
      if (!problem) return;
      for (const language of ['en', 'zh'] as const) {
        const { what, means, remedy } = say(problem, language);
        for (const sentence of [what, means, remedy]) {
          expect(sentence.length).toBeGreaterThan(5);
          expect(sentence).not.toMatch(/\{/);
        }
        // The first sentence names everything it speaks of; "?" stands for what is not known.
        expect(what).not.toMatch(/\?/);
      }
      expect(say(problem, 'zh').what).toMatch(/[一-鿿]/);
      // After the first fault of a side nothing more of that side was asked.
      const side = steps.filter((it) => it.side === step.side);
      if (cause.status === 'failed') {
        const after = side.slice(side.indexOf(step) + 1);
        expect(after.filter((it) => it.status !== 'not_checked')).toEqual([]);
      }
      expect(leftBehind(sandbox)).toBe(before);
      const text = JSON.stringify(steps);
      for (const canary of canariesOf(sandbox, stage)) expect(text).not.toContain(canary);
    });
  });

  it('never says ok of fields that nobody was there to show', async () => {
    await withSandbox(async (sandbox) => {
      const stage = stageOf(sandbox, places);
      const nobody = { side: 'dingtalk', kind: 'empty-list', interface: 'user/list' };
      await stage.control('POST', '/faults', nobody);
      const steps = await run(stage);
      expect(steps.find((it) => it.name === 'fields')?.status).toBe('not_checked');
    });
  });

  it('is described by a document that is not stale', () => {
    expect(readFileSync(file, 'utf8')).toBe(diagnosisDocument());
  });

  it('knows at least twenty causes', () => {
    expect(new Set(causes.map((it) => it.code)).size).toBeGreaterThanOrEqual(20);
  });
});
