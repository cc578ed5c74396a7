/** Makes a Temporal namespace fit for us: long retention and the search attributes that runs are listed by. */
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { pause } from './processes.ts';
import { messageOf } from './resolution.ts';

/** The dev server starts with one day; the sync history is wanted longer. */
export const RETENTION_DAYS = 90;

/** All of type Keyword; SQL stores have ten of those per namespace. */
export const SEARCH_ATTRIBUTES = ['Connection', 'Trigger', 'Outcome'] as const;

/** INDEXED_VALUE_TYPE_KEYWORD of temporal/api/enums/v1/common.proto. */
const KEYWORD = 2;
/** ALREADY_EXISTS of grpc/status.h. */
const ALREADY_EXISTS = 6;
const DAY_MS = 86_400_000;

/** Waits until the namespace answers; a server that has just opened its port may not know it yet. */
export async function untilNamespace(
  connection: Connection,
  namespace: string,
  timeoutMs: number,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(50);
    }
  }
}

/** Registers what is missing and keeps what is there; safe to repeat, also on an existing database file. */
export async function prepareNamespace(connection: Connection, namespace: string): Promise<void> {
  await Promise.all([
    keepHistories(connection, namespace),
    registerSearchAttributes(connection, namespace),
  ]);
}

/** Days that closed runs are kept. */
export async function retentionDays(connection: Connection, namespace: string): Promise<number> {
  const described = await connection.workflowService.describeNamespace({ namespace });
  const ttl = described.config?.workflowExecutionRetentionTtl;
  return Number(ttl?.seconds ?? 0) / 86_400;
}

async function keepHistories(connection: Connection, namespace: string): Promise<void> {
  if ((await retentionDays(connection, namespace)) >= RETENTION_DAYS) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(RETENTION_DAYS * DAY_MS) },
  });
}

/** @throws when an attribute of that name has another type, or stays unknown for 10 s */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<void> {
  const missing = await missingAttributes(connection, namespace);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
  await connection.operatorService
    .addSearchAttributes({ namespace, searchAttributes })
    .catch((error: unknown) => {
      // Two processes may register at once.
      if ((error as { code?: number }).code !== ALREADY_EXISTS) throw error;
    });
  const end = Date.now() + 10_000;
  while ((await missingAttributes(connection, namespace)).length > 0) {
    if (Date.now() > end) throw new Error('the new search attributes do not become visible');
    await pause(50);
  }
}

async function missingAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const listed = await connection.operatorService.listSearchAttributes({ namespace });
  const known = listed.customAttributes ?? {};
  const wrong = SEARCH_ATTRIBUTES.filter(
    (name) => name in known && Number(known[name]) !== KEYWORD,
  );
  if (wrong.length > 0) {
    throw new Error(`search attribute ${wrong.join(', ')} exists with a type other than Keyword`);
  }
  return SEARCH_ATTRIBUTES.filter((name) => !(name in known));
}

/** What a server that somebody else runs lacks, in words; it is not ours to change, except for attributes. */
export async function remarksAbout(connection: Connection, namespace: string): Promise<string[]> {
  const remarks: string[] = [];
  await registerSearchAttributes(connection, namespace).catch((error: unknown) => {
    const names = SEARCH_ATTRIBUTES.join(', ');
    remarks.push(`register the search attributes ${names} (Keyword) there: ${messageOf(error)}`);
  });
  const days = await retentionDays(connection, namespace);
  if (days < RETENTION_DAYS) {
    remarks.push(`its retention is ${days} days; ${RETENTION_DAYS} are recommended`);
  }
  return remarks;
}
