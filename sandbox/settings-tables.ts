/** All switches and limits of both vendors as Markdown tables, for the manual and for `--settings`. */
import { authingLimits } from './authing/limits.ts';
import { authingSwitches } from './authing/switches.ts';
import { NOT_SWITCHED, SWITCHES } from './dingtalk/switches.ts';

interface Row {
  name: string;
  initial: string | number | boolean;
  values: string;
  meaning: string;
  about: string;
}

/** The section of docs/sandbox.md between its two marks. */
export function settingsTables(): string {
  const dingtalk = Object.entries(SWITCHES).map(
    ([name, { default: initial, values, meaning, about }]): Row => ({
      name,
      initial,
      values: values?.join(', ') ?? (typeof initial === 'boolean' ? 'true, false' : 'number'),
      meaning,
      about,
    }),
  );
  const authing = Object.entries(authingSwitches).map(
    ([name, { default: initial, values, meaning, reference }]): Row => ({
      name,
      initial,
      values: values.join(', '),
      meaning,
      about: reference,
    }),
  );
  const limits = Object.entries(authingLimits).map(
    ([name, { default: initial, meaning, reference }]): Row => ({
      name,
      initial,
      values: 'number',
      meaning,
      about: reference,
    }),
  );
  const later = Object.entries(NOT_SWITCHED).map(([name, meaning]) => `- ${name}: ${meaning}`);
  return [
    '### DingTalk',
    ...tableOf(dingtalk),
    '',
    'Open questions that only events meet; they become switches with the event sender:',
    '',
    ...later,
    '',
    '### Authing',
    ...tableOf([...authing, ...limits]),
  ].join('\n');
}

function tableOf(rows: Row[]): string[] {
  const lines = rows.map(
    ({ name, initial, values, meaning, about }) =>
      `| \`${name}\` | ${initial} | ${values} | ${meaning} | ${about} |`,
  );
  return ['', '| Name | Default | Values | Meaning | About |', '|---|---|---|---|---|', ...lines];
}
