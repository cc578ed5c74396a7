/** A connection's settings as lines, under the names they have in a settings file. */
import type { FieldRule, Settings } from '../model/settings.ts';
import { column } from './columns.ts';

/** One line each: which field comes from where, then the decisions. */
export function settingsLines({ mapping, scope, ...rest }: Settings): string[] {
  const { fields, custom, defineCustomFields } = mapping;
  const decisions = { ...rest, defineCustomFields, include: scope.include, exclude: scope.exclude };
  return [
    ...Object.entries(fields).map(([name, rule]) => ruleLine(name, rule)),
    ...Object.entries(custom).map(([key, rule]) => ruleLine(`custom:${key}`, rule)),
    ...Object.entries(decisions).map(([name, value]) => `  ${column(name, 24)} ${said(value)}`),
  ];
}

function ruleLine(name: string, { from, whenEmpty }: FieldRule): string {
  const clears = whenEmpty === 'clear' ? '  (clear)' : '';
  return `  ${column(name, 24)} ← ${said(from)}${clears}`;
}

function said(value: boolean | string | string[]): string {
  if (!Array.isArray(value)) return String(value);
  return value.length > 0 ? value.join(', ') : '–';
}
