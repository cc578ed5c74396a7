/** What an event says, of either generation and by either way: its type, its objects, its time. */
import { createHash } from 'node:crypto';
import type { ObjectRef } from '../../model/directory.ts';
import type { SourceEvent } from '../../model/event.ts';

/** Keys in lower case: which case DingTalk sends today is not known. */
export type Fields = Map<string, unknown>;

/** The fields of a JSON object; null for anything else. Of two keys that differ in case the last wins. */
export function fieldsOf(value: unknown): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value).map(([key, it]) => [key.toLowerCase(), it]));
}

/** Whom the events of a type are about. */
const PEOPLE = /^(user_(add|modify|leave|active)_org|org_admin_(add|remove)|label_user_change)$/;
const DEPARTMENTS = /^org_dept_(create|modify|remove)$/;
/** Nothing of what we copy changes with these. */
const NOBODY = /^(org_change|org_remove|label_conf_(add|del|modify))$/;

const ID_MAX = 200;
const TYPE_MAX = 100;

/** Ids as texts, each once; DingTalk's pseudo departments are zero or less. */
function idsIn(value: unknown, kind: ObjectRef['kind']): string[] {
  const ids = (Array.isArray(value) ? value : [value])
    .filter((it) => typeof it === 'string' || Number.isSafeInteger(it))
    .map(String)
    .filter((it) => it.length > 0 && it.length <= ID_MAX)
    .filter((it) => kind === 'person' || /^[1-9]\d*$/.test(it));
  return [...new Set(ids)];
}

function objectsOf(type: string, fields: Fields): ObjectRef[] {
  const named = (kind: ObjectRef['kind'], ...keys: string[]): ObjectRef[] => {
    const value = keys.map((key) => fields.get(key)).find((it) => it !== undefined);
    return idsIn(value, kind).map((id) => ({ kind, id }));
  };
  if (PEOPLE.test(type)) return named('person', 'userid', 'useridlist');
  return DEPARTMENTS.test(type) ? named('department', 'deptid') : [];
}

/** Milliseconds since 1970 from a number or its digits; null for what is no time of this century. */
function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' && /^\d{10,15}$/.test(value) ? Number(value) : value;
  return typeof time === 'number' && time > 946_684_800_000 && time < 4_102_444_800_000
    ? Math.floor(time)
    : null;
}

/** Copies of an event without an id are told by what it says; without a time nothing tells them apart. */
function idOf(fields: Fields, event: Omit<SourceEvent, 'id'>): string | null {
  const given = fields.get('eventid');
  if (typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given)) return given;
  if (event.happenedAt === null) return null;
  const { type, happenedAt, objects } = event;
  const said = JSON.stringify([type, happenedAt, objects.map(({ id }) => id).sort()]);
  return `said-${createHash('sha256').update(said).digest('hex').slice(0, 32)}`;
}

/** The event that these fields tell; null when they name no type. */
export function eventOf(fields: Fields): SourceEvent | null {
  const type = fields.get('eventtype');
  if (typeof type !== 'string' || type === '' || type.length > TYPE_MAX) return null;
  const time = timeOf(fields.get('eventtime')) ?? timeOf(fields.get('timestamp'));
  const event = {
    type,
    known: [PEOPLE, DEPARTMENTS, NOBODY].some((it) => it.test(type)),
    objects: objectsOf(type, fields),
    happenedAt: time,
  };
  return { id: idOf(fields, event), ...event };
}
