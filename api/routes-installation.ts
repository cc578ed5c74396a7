/** Addresses about the installation itself: its health, its version, its tokens. */
import { z } from 'zod';
import type { ApiParts } from './parts.ts';
import { readinessOf } from './readiness.ts';
import {
  healthShape,
  newTokenShape,
  readinessShape,
  removedShape,
  rewrappedShape,
  tokensShape,
  versionShape,
} from './replies.ts';
import { Answer, route } from './route.ts';
import type { Route } from './route.ts';
import { newToken } from './schemas.ts';
import { freshToken } from './token.ts';

const DAY_MS = 86_400_000;

export function installationRoutes(parts: ApiParts): Route[] {
  const health = route('health', 'GET /healthz', {
    says: 'Says that the process answers; asks nobody.',
    open: true,
    answer: healthShape,
    run: () => Promise.resolve({ status: 'ok' }),
  });
  const readiness = route('readiness', 'GET /readyz', {
    says: 'Says whether the database, Temporal and workers are there; 503 without the first two.',
    open: true,
    answer: readinessShape,
    also: 503,
    async run() {
      const dependencies = await parts.dependencies();
      const status = readinessOf(dependencies);
      return new Answer({ status, dependencies }, { status: status === 'not_ready' ? 503 : 200 });
    },
  });
  const version = route('version', 'GET /version', {
    says: 'Says what runs here.',
    open: true,
    answer: versionShape,
    run: () => {
      const { version } = parts;
      return Promise.resolve({ name: 'dingtalk-authing-sync', version, node: process.version });
    },
  });
  return [health, readiness, version, masterKeyRoute(parts), ...tokenRoutes(parts)];
}

function masterKeyRoute({ connections }: ApiParts): Route {
  return route('rewrapKeys', 'POST /api/v1/master-key/rewrap', {
    says: 'Wraps the keys of all connections by the master key of today; safe to repeat.',
    answer: rewrappedShape,
    refuses: ['SECRET_UNREADABLE'],
    run: () => connections.rewrap(),
  });
}

function tokenRoutes({ tokens }: ApiParts): Route[] {
  return [
    route('listTokens', 'GET /api/v1/tokens', {
      says: 'Lists the tokens of this API; never the tokens themselves.',
      answer: tokensShape,
      run: async () => ({ tokens: await tokens.list() }),
    }),
    route('createToken', 'POST /api/v1/tokens', {
      says: 'Makes a token; it is shown this once, only its hash is kept.',
      body: newToken,
      status: 201,
      answer: newTokenShape,
      async run({ body: { name, days } }) {
        const token = freshToken();
        const expiresAt = days === undefined ? null : new Date(Date.now() + days * DAY_MS);
        return { ...(await tokens.add(token, name, expiresAt)), token };
      },
    }),
    route('removeToken', 'DELETE /api/v1/tokens/:id', {
      says: 'Takes a token away; processes that had just let it in do so for five seconds more.',
      answer: removedShape,
      refuses: ['TOKEN_UNKNOWN'],
      async run({ id }) {
        await tokens.remove(id);
        return { removed: id };
      },
    }),
  ];
}

/** The document of all addresses, as OpenAPI wants it. */
export function documentRoute(document: () => unknown): Route {
  return route('document', 'GET /openapi.json', {
    says: 'This document.',
    open: true,
    answer: z.looseObject({ openapi: z.string() }),
    run: () => Promise.resolve(document()),
  });
}
