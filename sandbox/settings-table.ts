/** All switches and limits of DingTalk as a Markdown table, for the manual and for `--settings`. */
import { SWITCHES } from './dingtalk/switches.ts';
import type { Switch } from './dingtalk/switch.ts';

/** The section of docs/sandbox.md between its two marks. */
export function settingsTable(): string {
  return [
    '| Name | Default | Values | Meaning | About |',
    '|---|---|---|---|---|',
    ...Object.entries(SWITCHES).map(([name, known]) => rowOf(name, known)),
  ].join('\n');
}

function rowOf(name: string, { default: initial, values, meaning, about }: Switch): string {
  const allowed = values?.join(', ') ?? (typeof initial === 'boolean' ? 'true, false' : 'number');
  return `| \`${name}\` | ${initial} | ${allowed} | ${meaning} | ${about} |`;
}
