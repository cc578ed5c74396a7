/** The document says exactly what the app takes: each route of Express is in it, and each of its paths is a route. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApp } from '../../api/app.ts';
import { openApi } from './desk.ts';
import type { ApiDesk } from './desk.ts';

let desk: ApiDesk;
interface Operation {
  operationId: string;
  summary: string;
  responses: Record<string, { content: Record<string, { schema: { $ref?: string } }> }>;
  requestBody?: unknown;
  security?: unknown[];
}
let document: {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; parameters: Record<string, object> };
};
beforeAll(async () => {
  desk = await openApi(inject('mongoUri'));
  document = (await (await fetch(`${desk.origin}/openapi.json`)).json()) as typeof document;
});
afterAll(() => desk.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, it]) => ({ at: `${method} ${path}`, method, path, it })),
  );

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

describe('the document', () => {
  it('has every route of the app, and no other', () => {
    const { stack } = (createApp(desk.parts) as unknown as { router: { stack: Layer[] } }).router;
    // What answers every method says only which there are.
    const named = stack.filter(({ route }) => Object.keys(route?.methods ?? {}).length === 1);
    const mounted = named.flatMap(({ route }) =>
      Object.keys(route?.methods ?? {}).map(
        (method) => `${method} ${route?.path.replace(/:(\w+)/g, '{$1}')}`,
      ),
    );
    expect(mounted.length).toBeGreaterThan(15);
    expect(
      operations()
        .map(({ at }) => at)
        .sort(),
    ).toEqual([...new Set(mounted)].sort());
  });

  it('refers to nothing that is not in it', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(refs.length).toBeGreaterThan(30);
    const { components } = document;
    const missing = refs.filter(([, kind, name]) => {
      return !(components[kind as 'schemas'] as Record<string, object> | undefined)?.[name ?? ''];
    });
    expect(missing.map(([ref]) => ref)).toEqual([]);
    expect(JSON.stringify(document)).not.toMatch(/\$defs|__shared/);
  });

  it('names each operation once, and says how it is refused', () => {
    const all = operations();
    expect(new Set(all.map(({ it }) => it.operationId)).size).toBe(all.length);
    for (const { at, it } of all) {
      expect(it.summary, at).toMatch(/\.$/);
      const refusals = Object.entries(it.responses).filter(([status]) => Number(status) >= 400);
      for (const [, { content }] of refusals.filter(
        ([status]) => at !== 'get /readyz' || status !== '503',
      )) {
        expect(Object.keys(content), at).toEqual(['application/problem+json']);
      }
      if (it.security === undefined) expect(Object.keys(it.responses), at).toContain('401');
    }
  });

  it('lets only health, readiness, version and itself be read without a token', async () => {
    const open = operations().filter(({ it }) => it.security?.length === 0);
    expect(open.map(({ path }) => path).sort()).toEqual([
      ...['/healthz', '/openapi.json', '/readyz', '/version'],
    ]);
    for (const { method, path, it } of operations()) {
      if (it.security?.length === 0) continue;
      const headers = { 'content-type': 'application/json' };
      const url = `${desk.origin}${path.replace('{id}', 'x')}`;
      const body = it.requestBody ? { body: '{}' } : {};
      const { status } = await fetch(url, { method: method.toUpperCase(), headers, ...body });
      // A stranger who asks much is told to slow down in place of no.
      expect([401, 429], `${method} ${path}`).toContain(status);
    }
  });
});
