/** `npm run bench -- import [--people N] [--departments D] [--rate R] [--workers W]`: one JSON line a measurement. */
import { parseArgs } from 'node:util';
import { benchImport } from './import.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string', default: '10000' },
    departments: { type: 'string', default: '300' },
    rate: { type: 'string', default: '20' },
    workers: { type: 'string', default: '1' },
  },
});
if (positionals[0] !== 'import') {
  process.stderr.write(
    'Usage: npm run bench -- import [--people N] [--departments D] [--rate R] [--workers W]\n',
  );
  process.exit(64);
}
const result = await benchImport({
  people: Number(values.people),
  departments: Number(values.departments),
  rate: Number(values.rate),
  workers: Number(values.workers),
});
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
