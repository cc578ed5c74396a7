/** What of a person may be shown: masked, unless it was asked for in full, and that is logged. */
import type { ObjectKind } from '../model/directory.ts';
import { masked } from '../model/plan.ts';
import type { FieldChange } from '../model/plan.ts';
import type { Log } from '../runtime/log.ts';

export interface Shown {
  value(kind: ObjectKind, field: string, value: string | null): string | null;
  fields(kind: ObjectKind, fields: FieldChange[]): FieldChange[];
}

/** @param asked who asks, and for what; named in the log when people are shown as they are */
export function shownTo(
  log: Log,
  people: 'masked' | 'full',
  asked: { by: string; run?: string; connection?: string; object?: string },
): Shown {
  if (people === 'full') log.info('people shown in full', asked);
  const value = (kind: ObjectKind, field: string, it: string | null): string | null =>
    people === 'full' || kind === 'department' ? it : masked(field, it);
  return {
    value,
    fields: (kind, fields) =>
      fields.map(({ field, before, after }) => ({
        ...{ field, before: value(kind, field, before), after: value(kind, field, after) },
      })),
  };
}
