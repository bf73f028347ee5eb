import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../home.ts';
import { layers } from '../stack.ts';
import { mergeCompose } from './merge.ts';
import { planOf } from './plan.ts';
import { readCompose } from './read-compose.ts';

const plan = (pattern: string, env: NodeJS.ProcessEnv = {}) =>
  planOf(readCompose(root, ['docker-compose.yml', `infra/compose/${pattern}.yml`], env), '/volumes');
const named = (pattern: string, name: string, env: NodeJS.ProcessEnv = {}) =>
  plan(pattern, env).find((service) => service.name === name);

const dir = mkdtempSync(join(tmpdir(), 'edgeway-compose-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('the plan of docker-compose.yml', () => {
  it('has every service, its replicas, and the path of its secrets on this machine', () => {
    expect(named('lb-gw-lb', 'api-gateway')).toMatchObject({
      replicas: 2,
      command: ['apps/api-gateway/src/main.ts'],
      environment: {
        GATEWAY_VIA: 'internal-lb',
        INTERNAL_PRIVATE_KEY_FILE: '/volumes/gateway-secrets/internal_private.jwk',
      },
    });
    expect(named('lb-gw-lb', 'secrets')).toMatchObject({
      oneShot: true,
      command: ['apps/provision/src/main.ts', 'secrets'],
      environment: { USER_SECRETS: '/volumes/user-secrets' },
    });
    expect(named('lb-gw-lb', 'postgres')).toMatchObject({ kind: 'postgres', port: 5432 });
  });

  it('publishes the front door where EDGE_PORT says', () => {
    expect(named('lb-gw-lb', 'edge-lb')?.published).toMatchObject({ host: '0.0.0.0', port: 8080 });
    expect(named('lb-gw-lb', 'edge-lb', { EDGE_PORT: '9000' })?.published?.port).toBe(9000);
    expect(named('gw-lb', 'api-gateway', { EDGE_PORT: '9000' })?.published).toMatchObject({
      port: 9000,
      container: 3000,
    });
  });

  it('leaves out what a pattern switches off', () => {
    expect(named('lb-gw', 'internal-lb')).toBeUndefined();
    expect(named('lb-gw', 'api-gateway')?.environment['GATEWAY_VIA']).toBe('');
    expect(named('gw-lb', 'edge-lb')).toBeUndefined();
    expect(named('gw-lb', 'api-gateway')?.replicas).toBe(1);
  });

  it('stops the front door first and the stores last', () => {
    const order = layers(plan('lb-gw-lb')).flat();
    const wanted = ['edge-lb', 'api-gateway', 'internal-lb', 'order-svc', 'databases', 'postgres', 'secrets'];
    expect(order.filter((name) => wanted.includes(name))).toEqual(wanted);
  });

  it('waits for the secrets before anything that reads one', () => {
    const reads = plan('lb-gw-lb').filter(({ environment }) =>
      Object.keys(environment).some((name) => name.endsWith('_FILE') && name !== 'CONFIG_FILE'),
    );
    const all = new Map(plan('lb-gw-lb').map((service) => [service.name, service]));
    const awaits = (name: string): boolean =>
      all.get(name)!.after.some((other) => other === 'secrets' || awaits(other));
    expect(reads.length).toBeGreaterThan(5);
    for (const { name } of reads) expect(awaits(name), name).toBe(true);
  });

  it('refuses a field whose meaning it does not know, by its path', () => {
    writeFileSync(join(dir, 'x.yml'), 'services: { a: { build: { args: { APP: a } }, cpus: 2, scale: two } }');
    expect(() => readCompose(dir, ['x.yml'], {})).toThrow(
      /services\.a\.scale[^]*services\.a\.cpus|services\.a\.cpus[^]*services\.a\.scale/,
    );
  });
});

describe('mergeCompose', () => {
  it('merges maps, replaces scalars and commands, and adds to other lists', () => {
    const base = { a: { environment: { X: 1, Y: 2 }, ports: ['1:1'], command: ['x'] } };
    const override = { a: { environment: { Y: 3 }, ports: ['2:2'], command: ['y'] } };
    expect(mergeCompose(base, override)).toEqual({
      a: { environment: { X: 1, Y: 3 }, ports: ['1:1', '2:2'], command: ['y'] },
    });
  });

  const docker = (() => {
    try {
      execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();

  it.skipIf(!docker).for(['lb-gw-lb', 'lb-gw', 'gw-lb'])('reads %s as docker compose does', (pattern) => {
    const args = [
      'compose',
      '-f',
      'docker-compose.yml',
      '-f',
      `infra/compose/${pattern}.yml`,
      'config',
      '--format',
      'json',
    ];
    const { services }: { services: Record<string, { environment?: Record<string, string>; scale?: number }> } =
      JSON.parse(
        execFileSync('docker', args, {
          cwd: root,
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
        }),
      );
    const ours = readCompose(root, ['docker-compose.yml', `infra/compose/${pattern}.yml`], {}).services;
    expect(Object.keys(ours).toSorted()).toEqual(Object.keys(services).toSorted());
    for (const [name, { environment, scale }] of Object.entries(ours)) {
      expect(environment, name).toEqual(services[name]?.environment ?? {});
      expect(scale, name).toBe(services[name]?.scale ?? 1);
    }
  });
});
