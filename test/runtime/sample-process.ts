/** A process of ours for the tests: starts, waits, and fails in the way its first argument says. */
import { setTimeout as pause } from 'node:timers/promises';
import { runProcess } from '../../runtime/process.ts';
import { StartFault } from '../../runtime/start-fault.ts';

const how = process.argv[2];

await runProcess('cli', async ({ config, log, stopping }) => {
  if (how === 'refuses') throw new StartFault('The door is shut. What to do: open it.', 1);
  if (how === 'throws') throw new Error('hunter2');
  if (how === 'hangs') {
    await new Promise((_, reject) => {
      const awake = setInterval(() => log.info('Waiting'), 50);
      stopping.addEventListener('abort', () => {
        clearInterval(awake);
        reject(new Error('asked to end'));
      });
    });
  }
  if (how === 'rejects-later') setTimeout(() => void Promise.reject(new Error('hunter2')), 50);
  if (how === 'throws-later') {
    setTimeout(() => {
      throw new Error('hunter2');
    }, 50);
  }
  const ready = { language: config.language, port: 4711 };
  const stop = async () => {
    if (how === 'stop-fails') throw new Error('hunter2');
    if (how === 'stops-slowly') await pause(500);
    if (how === 'never-stops') await pause(60_000);
    log.info('Put away');
  };
  if (how === 'ends-badly') return { ready, stop, done: Promise.reject(new Error('hunter2')) };
  return { ready, stop };
});
