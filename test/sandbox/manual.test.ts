/** The sandbox's manual against the sandbox: settings, faults and routes that it must not forget. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { controlRoutes } from '../../sandbox/control.ts';
import { createFrame } from '../../sandbox/frame.ts';
import { CERTIFICATE_KINDS, PROXY_KINDS, REPLY_KINDS } from '../../sandbox/faults.ts';
import { settingsTable } from '../../sandbox/settings-table.ts';

const manual = readFileSync('docs/sandbox.md', 'utf8');
const frame = createFrame({ seed: 1, storage: null }, undefined);

test('the table of settings is the one that `npm run sandbox -- --settings` prints', () => {
  const begin = '<!-- settings -->\n';
  const section = manual.slice(
    manual.indexOf(begin) + begin.length,
    manual.indexOf('\n<!-- end -->'),
  );
  expect(section).toBe(settingsTable());
});

test('every kind of fault is described', () => {
  const own = [frame.dingtalk, frame.authing].flatMap((each) => Object.keys(each.ownFaults ?? {}));
  for (const kind of [...REPLY_KINDS, ...CERTIFICATE_KINDS, ...PROXY_KINDS, ...own]) {
    expect(manual).toContain(`| \`${kind}\` |`);
  }
});

test('every route of the control API is described', () => {
  for (const { method, path } of controlRoutes(frame)) {
    expect(manual).toContain(`| \`${method} ${path}\` |`);
  }
});
