/** `npm run bench -- import|sandbox [options]`: one JSON line a measurement. */
import { parseArgs } from 'node:util';
import { benchImport } from './import.ts';
import { benchSandbox } from './sandbox.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string', default: '10000' },
    departments: { type: 'string', default: '300' },
    rate: { type: 'string', default: '20' },
    workers: { type: 'string', default: '1' },
  },
});
const benches: Record<string, () => Promise<Record<string, unknown>>> = {
  import: () =>
    benchImport({
      people: Number(values.people),
      departments: Number(values.departments),
      rate: Number(values.rate),
      workers: Number(values.workers),
    }),
  sandbox: () => benchSandbox(Number(values.people)),
};

const bench = benches[positionals[0] ?? ''];
if (!bench) {
  process.stderr.write(
    'Usage: npm run bench -- import|sandbox [--people N] [--departments D] [--rate R] [--workers W]\n',
  );
  process.exit(64);
}
process.stdout.write(`${JSON.stringify(await bench())}\n`);
process.exit(0);
