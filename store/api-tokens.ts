/** Tokens of the control API: only their hashes are kept, so that a copy of the database opens nothing. */
import { createHash } from 'node:crypto';
import { ProblemError, problem } from '../model/problem.ts';
import type { ApiTokenDocument, Collections } from './documents.ts';
import { guard } from './database.ts';

export interface ApiToken {
  /** The first signs of its hash; names it without giving it away. */
  id: string;
  name: string;
  createdAt: string;
  expiresAt: string | null;
  /** To the hour, so that reading costs no write. */
  usedAt: string | null;
}

export interface ApiTokens {
  /** Safe to repeat: a token that is known stays as it is. */
  add(token: string, name: string, expiresAt: Date | null): Promise<ApiToken>;
  /** The token that was shown, or null when there is none such or its time is over. */
  find(token: string): Promise<ApiToken | null>;
  list(): Promise<ApiToken[]>;
  /** Throws TOKEN_UNKNOWN. */
  remove(id: string): Promise<void>;
}

const ID_SIGNS = 12;
const HOUR_MS = 3_600_000;

/** 256 random bits need no salt and no slow hash. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

function toToken({ _id, name, createdAt, expiresAt, usedAt }: ApiTokenDocument): ApiToken {
  return {
    ...{ id: _id.slice(0, ID_SIGNS), name, createdAt: createdAt.toISOString() },
    expiresAt: expiresAt?.toISOString() ?? null,
    usedAt: usedAt?.toISOString() ?? null,
  };
}

/** The tokens of a database. */
export function createApiTokens(c: Collections): ApiTokens {
  return {
    async add(token, name, expiresAt) {
      const _id = hashOf(token);
      const made = { name, createdAt: new Date(), expiresAt, usedAt: null };
      const document = await guard(() =>
        c.apiTokens.findOneAndUpdate(
          { _id },
          { $setOnInsert: made },
          { upsert: true, returnDocument: 'after' },
        ),
      );
      return toToken(document ?? { _id, ...made });
    },
    async find(token) {
      const found = await guard(() => c.apiTokens.findOne({ _id: hashOf(token) }));
      if (!found || (found.expiresAt && found.expiresAt.getTime() <= Date.now())) return null;
      if (Date.now() - (found.usedAt?.getTime() ?? 0) > HOUR_MS) {
        const used = { $set: { usedAt: new Date() } };
        await guard(() => c.apiTokens.updateOne({ _id: found._id }, used));
      }
      return toToken(found);
    },
    async list() {
      const found = await guard(() => c.apiTokens.find({}).toArray());
      return found.map(toToken).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    },
    async remove(id) {
      const range = { $gte: id, $lt: `${id}~` };
      const known = /^[0-9a-f]{12}$/.test(id);
      const gone = known ? await guard(() => c.apiTokens.deleteOne({ _id: range })) : null;
      if (gone?.deletedCount !== 1) throw new ProblemError(problem('TOKEN_UNKNOWN'));
    },
  };
}
