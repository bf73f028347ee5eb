import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strategyNames } from '@edgeway/balancing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { adminRoutes } from './admin-routes.ts';
import { EndpointChange, PoolChange } from './changes.ts';
import { testAdmin } from './testing/test-admin.ts';

type Node = { readonly [key: string]: Node };

const file = join(import.meta.dirname, '../../../../docs/reference/edge-lb-admin.openapi.yaml');
const { paths, components } = inlined(parse(readFileSync(file, 'utf8')) as Node);

/** The document, with what each `$ref` names in its place. */
function inlined(document: Node): Node {
  const resolve = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(resolve);
    if (typeof node !== 'object' || node === null) return node;
    if ('$ref' in node) return resolve(named(String(node.$ref)));
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value)]));
  };
  const named = (ref: string): unknown =>
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Node | undefined)?.[key], document) ?? expect.fail(`nothing at ${ref}`);
  return resolve(document) as Node;
}

const schemaOf = (schema: Node | undefined) => z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);

const operations = Object.entries(paths!).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([key]) => key !== 'parameters')
    .map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

/** Every body with an example, of requests and answers. */
const examples = operations.flatMap(({ name, operation }) =>
  Object.entries({ ...operation['responses'], body: operation['requestBody'] }).flatMap(([kind, holder]) =>
    Object.values(holder?.['content'] ?? {}).flatMap(({ schema, example, examples = {} }) =>
      [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)].map(
        (given) => ({ name: `${name} ${kind}`, schema, given }),
      ),
    ),
  ),
);

describe('docs/reference/edge-lb-admin.openapi.yaml', () => {
  it('describes what is routed, and nothing else', () => {
    const routed = adminRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(operations.map(({ name }) => name).toSorted()).toEqual(routed.toSorted());
  });

  it('asks for the token where the server does', () => {
    for (const { name, operation } of operations)
      expect(operation['security'] !== undefined, name).toBe(!name.startsWith('GET '));
  });

  it('names every strategy', () => {
    expect(components!['schemas']!['StrategyName']).toEqual({ enum: strategyNames });
  });

  it.each(examples)('has an example that is one: $name', ({ schema, given }) => {
    expect(schemaOf(schema).safeParse(given).error).toBeUndefined();
  });

  it.each([
    [
      'PoolChange',
      PoolChange,
      [{ strategy: 'maglev' }, { strategy: { name: 'maglev', key: 'path' } }, {}, { strategy: 1 }],
    ],
    [
      'EndpointChange',
      EndpointChange,
      [{ weight: 1000 }, { draining: false }, { weight: 0 }, { weight: 1001 }, { x: 1 }],
    ],
  ])('takes and refuses what the server does: %s', (name, ours, bodies) => {
    const theirs = schemaOf(components!['schemas']![name]);
    for (const body of bodies)
      expect(theirs.safeParse(body).success, JSON.stringify(body)).toBe(ours.safeParse(body).success);
  });

  it('describes the answers of the server', async () => {
    const { address, ask } = await testAdmin({ managed: { reload: async () => ({ status: 'done' }) } });
    const asked = [
      ['GET /pools', await ask('GET', '/pools')],
      ['GET /pools/{pool}', await ask('GET', '/pools/main')],
      ['GET /pools/{pool}', await ask('GET', '/pools/x')],
      ['PATCH /pools/{pool}', await ask('PATCH', '/pools/main', { body: { strategy: 'maglev' } })],
      ['PATCH /pools/{pool}', await ask('PATCH', '/pools/main', { body: {} })],
      [
        'PATCH /pools/{pool}/endpoints/{address}',
        await ask('PATCH', `/pools/main/endpoints/${address}`, { body: { draining: true } }),
      ],
      ['POST /reload', await ask('POST', '/reload')],
      ['GET /listeners', await ask('GET', '/listeners')],
      ['GET /livez', await ask('GET', '/livez')],
      ['GET /readyz', await ask('GET', '/readyz')],
    ] as const;
    for (const [name, { status, headers, json }] of asked) {
      const { operation } = operations.find((found) => found.name === name)!;
      const content = operation['responses']![String(status)]!['content']![headers.get('content-type')!];
      expect(schemaOf(content!['schema']).safeParse(json).error, `${name} ${status}`).toBeUndefined();
    }
  });
});
