/** Everything that an installation leaves where people look: logs, Temporal's histories, documents of the database. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Binary, MongoClient } from 'mongodb';
import type { Lab } from './lab.ts';

export interface Traces {
  logs: string;
  histories: string;
  documents: string;
}

/** All of it as text in which a planted value can be searched. */
export async function tracesOf(lab: Lab): Promise<Traces> {
  const logs = readdirSync(join(lab.folder, 'logs'))
    .filter((name) => name !== 'sandbox.log')
    .map((name) => readFileSync(join(lab.folder, 'logs', name), 'utf8'));
  return {
    logs: logs.join('\n'),
    histories: await historiesOf(lab.temporalAddress),
    documents: await documentsOf(lab.mongoUri),
  };
}

/** Payloads are printed in base64; what is in them is what counts. */
async function historiesOf(address: string): Promise<string> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const texts: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    texts.push(
      JSON.stringify(history, (key, value: unknown) =>
        key === 'data' && typeof value === 'string'
          ? Buffer.from(value, 'base64').toString('utf8')
          : value,
      ),
    );
  }
  await connection.close();
  return texts.join('\n');
}

async function documentsOf(uri: string): Promise<string> {
  const client = await MongoClient.connect(uri);
  const db = client.db('orgsync');
  const texts: string[] = [];
  for (const { name } of await db.listCollections().toArray()) {
    for await (const document of db.collection(name).find()) texts.push(plain(document));
  }
  await client.close();
  return texts.join('\n');
}

/** Bytes are shown as the text they may be. */
function plain(value: unknown): string {
  if (value instanceof Binary) return Buffer.from(value.buffer).toString('utf8');
  if (Array.isArray(value)) return value.map(plain).join(' ');
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Object.entries(value)
      .map(([name, inner]) => `${name} ${plain(inner)}`)
      .join(' ');
  }
  return String(value);
}
