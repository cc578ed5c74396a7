/** Custom fields of people: defining them, and knowing which exist before values are sent. */
import { ProblemError, problem, problemOf } from '../../model/problem.ts';
import { BATCH_LIMIT } from './reader.ts';
import type { TargetReader, TargetWriter } from '../target.ts';
import type { AuthingClient } from './client.ts';
import type { DepartmentParts } from './departments.ts';

type Definitions = Parameters<TargetWriter['defineCustomFields']>[0];

/** How long the absence of a field is believed, in milliseconds. */
const BELIEVED_MS = 60_000;

const known = new WeakMap<AuthingClient, { keys: ReadonlySet<string>; at: number }>();

/** Keys of the defined fields, kept for the client's life; read again when a wanted one is not among them. */
export function definedFieldsOf(client: AuthingClient, reader: TargetReader) {
  return async (wanted: string[]): Promise<ReadonlySet<string>> => {
    const before = known.get(client);
    const fresh = before !== undefined && client.now() - before.at < BELIEVED_MS;
    if (before && (fresh || wanted.every((key) => before.keys.has(key)))) return before.keys;
    const keys = new Set(await reader.customFields());
    known.set(client, { keys, at: client.now() });
    return keys;
  };
}

export async function defineCustomFields(
  parts: DepartmentParts,
  fields: Definitions,
): Promise<void> {
  for (let from = 0; from < fields.length; from += BATCH_LIMIT) {
    await definePart(parts, fields.slice(from, from + BATCH_LIMIT));
  }
  known.delete(parts.client);
}

async function definePart(parts: DepartmentParts, fields: Definitions): Promise<void> {
  try {
    await parts.client.write({
      name: 'set-custom-fields',
      body: {
        list: fields.map(({ key, label, type }) => ({
          targetType: 'USER',
          key,
          label,
          dataType: type,
          visibleInAdminConsole: true,
        })),
      },
      parse: () => null,
      window: parts.window,
    });
  } catch (error) {
    const it = problemOf(error);
    if (it.kind === 'data')
      throw new ProblemError(problem('TARGET_CUSTOM_FIELD_REFUSED', it.detail));
    if (it.effect !== 'unknown') throw error;
    const keys = new Set(await parts.reader.customFields().catch(() => []));
    if (!fields.every(({ key }) => keys.has(key))) throw error;
  }
}
