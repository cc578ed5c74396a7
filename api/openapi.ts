/** The OpenAPI document, made from the same values that parse requests. */
import { z } from 'zod';
import { problemWords } from '../model/words.ts';
import type { ProblemCode } from '../model/words.ts';
import { statusOf } from './problem-reply.ts';
import { refusalShape, shapes } from './replies.ts';
import type { Route } from './route.ts';

const refer = (id: string) => `#/components/schemas/${id}`;

/** Shapes with a name become references, others stand where they are used. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const known = shapes.get(schema);
  if (known) return { $ref: refer(known.id) };
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io });
  return made;
}

function components(): Record<string, object> {
  const { schemas } = z.toJSONSchema(shapes, { uri: refer, io: 'output' });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...made }]) => [id, made]),
  );
}

/** Every route may refuse by these; routes of their own behind a token also by the second list. */
const ALWAYS: ProblemCode[] = ['REQUEST_INVALID', 'REQUEST_TIMED_OUT', 'BUG_UNEXPECTED'];
const BEHIND_TOKEN: ProblemCode[] = [
  'REQUEST_UNAUTHORIZED',
  'REQUEST_TOO_OFTEN',
  'STORE_UNAVAILABLE',
];

function refusals(route: Route): Record<string, object> {
  const codes = [...ALWAYS, ...(route.open ? [] : BEHIND_TOKEN), ...route.refuses];
  if (route.body) codes.push('REQUEST_NOT_JSON', 'REQUEST_TOO_LARGE');
  if (route.versioned) codes.push('VERSION_MISSING');
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  }
  const schema = schemaOf(refusalShape, 'output');
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      String(status),
      {
        description: list.map((code) => `${code}: ${problemWords[code].en.what}`).join('\n'),
        content: { 'application/problem+json': { schema } },
      },
    ]),
  );
}

interface JsonObject {
  properties?: Record<string, { description?: string }>;
  required?: string[];
}

function parameters(route: Route): object[] {
  const made: object[] = [];
  if (route.path.includes(':id')) {
    made.push({ name: 'id', in: 'path', required: true, schema: { type: 'string' } });
  }
  const { properties = {}, required = [] } = (
    route.query ? schemaOf(route.query, 'input') : {}
  ) as JsonObject;
  for (const [name, { description, ...schema }] of Object.entries(properties)) {
    const says = description === undefined ? {} : { description };
    made.push({ name, in: 'query', required: required.includes(name), ...says, schema });
  }
  made.push({ $ref: '#/components/parameters/lang' });
  if (route.versioned) made.push({ $ref: '#/components/parameters/version' });
  return made;
}

function operation(route: Route): object {
  const { answer, also, body } = route;
  const json = (schema: z.ZodType, io: 'input' | 'output') => ({
    'application/json': { schema: schemaOf(schema, io) },
  });
  const answered = { description: 'OK', content: json(answer.schema, 'output') };
  return {
    operationId: route.name,
    summary: route.says,
    parameters: parameters(route),
    ...(body ? { requestBody: { required: true, content: json(body, 'input') } } : {}),
    responses: {
      ...refusals(route),
      [answer.status]: answered,
      ...(also === null ? {} : { [also]: answered }),
    },
    ...(route.open ? { security: [] } : {}),
  };
}

/** The document of these routes. */
export function openApi(routes: Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'dingtalk-authing-sync, control API',
      version,
      description: 'Connections, imports and the history of runs. Refusals follow RFC 9457.',
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      parameters: {
        lang: {
          ...{ name: 'lang', in: 'query', schema: { enum: ['en', 'zh'] } },
          description: 'language of sentences, before the header Accept-Language',
        },
        version: {
          ...{ name: 'If-Match', in: 'header', required: true, schema: { type: 'string' } },
          description: 'ETag of the connection as the caller has seen it',
        },
      },
      schemas: components(),
    },
  };
}
