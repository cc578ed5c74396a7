/** The version of this software, as package.json has it. */
import { readFileSync } from 'node:fs';

/** The built output lies one folder deeper than the sources. */
const places = ['../package.json', '../../package.json'];

/** For example "0.1.0". */
export function productVersion(): string {
  for (const place of places) {
    try {
      const text = readFileSync(new URL(place, import.meta.url), 'utf8');
      const { name, version } = JSON.parse(text) as { name?: string; version?: string };
      if (name === 'dingtalk-authing-sync' && version) return version;
    } catch {
      // Not there: the next place.
    }
  }
  return 'unknown';
}
