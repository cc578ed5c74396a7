import { runProcess } from './process.ts';
import { connectClient } from './temporal.ts';
await runProcess('api', async ({ config, log, stopping }) => {
  if (process.argv.includes('--t')) await connectClient(config, { log, patienceMs: 3000, signal: stopping });
  return { ready: { port: 1 }, stop: async () => undefined };
});
