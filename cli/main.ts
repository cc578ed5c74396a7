/** `orgsync`: the command line as a process. */
import { ConfigError, loadConfig } from '../runtime/config.ts';
import { CliFault, EXIT, terminal } from './command.ts';
import { orgsync } from './run.ts';

try {
  process.exitCode = await orgsync(process.argv.slice(2), loadConfig('cli'), terminal);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  if (error instanceof CliFault) process.exitCode = error.exitCode;
  else process.exitCode = error instanceof ConfigError ? EXIT.config : EXIT.failed;
}
