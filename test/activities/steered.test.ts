/** A step of a run that is paused or cancelled: no call begins on an old answer, and none after a new one. */
import { expect, it } from 'vitest';
import { Steered } from '../../activities/steered.ts';
import type { Standing } from '../../store/steering.ts';

function step() {
  const at = { now: 0, asked: 0, standing: { asked: null, ended: false } as Standing };
  const cancelled = new AbortController();
  const steered = new Steered({
    standing: () => {
      at.asked++;
      return Promise.resolve(at.standing);
    },
    cancelled: cancelled.signal,
    clock: { monotonic: () => at.now },
  });
  return { at, cancelled, steered };
}

it('asks the store once a second, however many calls begin', async () => {
  const { at, steered } = step();
  for (at.now = 0; at.now < 5000; at.now += 10) await steered.mayCall();
  expect(at.asked).toBe(5);
});

it('begins no call later than a second after a pause was asked for, and aborts reads', async () => {
  for (const asked of ['pause', 'cancel'] as const) {
    const { at, steered } = step();
    await steered.mayCall();
    at.standing = { asked, ended: false };
    at.now = 1001;
    await expect(steered.mayCall()).rejects.toThrow('paused or cancelled');
    expect(steered.signal.aborted).toBe(true);
    expect(steered.stopped).toBe(true);
  }
});

it('begins no call when Temporal has cut the step off, or the run has ended', async () => {
  const { cancelled, steered } = step();
  cancelled.abort(new Error('cut off'));
  await expect(steered.mayCall()).rejects.toThrow('cut off');
  expect(steered.stopped).toBe(false);
  const other = step();
  other.at.standing = { asked: null, ended: true };
  await expect(other.steered.mayCall()).rejects.toThrow('paused or cancelled');
});
