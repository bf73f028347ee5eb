import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createDiscovery } from './create-discovery.ts';
import type { Address, Discovery } from './discovery.ts';
import { dnsDiscovery } from './dns.ts';
import { listenAddress } from './listen-address.ts';
import { registryDiscovery } from './registry.ts';

const dir = mkdtempSync(join(tmpdir(), 'edgeway-discovery-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** The next answers of a watch, each awaited in turn. */
const follow = (discovery: Discovery) => {
  const seen: (readonly Address[])[] = [];
  let wake = (): void => undefined;
  const watch = discovery.watch({ service: 'api-gateway', port: 3000 }, (addresses) => {
    seen.push(addresses);
    wake();
  });
  const next = async (): Promise<readonly Address[]> => {
    while (seen.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return seen.shift()!;
  };
  return { next, pending: () => seen.length, close: () => watch.close() };
};

describe('registryDiscovery', () => {
  const file = join(dir, 'registry.json');
  const announce = (...ports: number[]): void => {
    const entries = ports.map((port, i) => ({
      instance: `api-gateway-${i + 1}`,
      host: '127.0.0.1',
      ports: { 3000: port },
    }));
    writeFileSync(`${file}.new`, JSON.stringify({ services: { 'api-gateway': entries } }));
    renameSync(`${file}.new`, file);
  };

  it('follows replicas as they come and go, to none and back', async () => {
    announce(41001);
    const { next, close } = follow(registryDiscovery(file, { intervalMs: 5 }));
    expect(await next()).toEqual([{ host: '127.0.0.1', port: 41001 }]);
    announce(41001, 41002);
    expect(await next()).toHaveLength(2);
    announce();
    expect(await next()).toEqual([]);
    announce(41003);
    expect(await next()).toEqual([{ host: '127.0.0.1', port: 41003 }]);
    close();
  });

  it('locates one replica by its container port', () => {
    announce(41009);
    expect(registryDiscovery(file).locate({ service: 'api-gateway', port: 3000 })).toEqual({
      host: '127.0.0.1',
      port: 41009,
    });
  });
});

describe('dnsDiscovery', () => {
  it('keeps the last answer while the resolver fails or answers nothing', async () => {
    const answers: (string[] | Error)[] = [['10.0.0.1'], new Error('SERVFAIL'), [], ['10.0.0.1', '10.0.0.2']];
    const resolve4 = async (): Promise<string[]> => {
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const { next, close } = follow(dnsDiscovery({ intervalMs: 1, resolve4 }));
    expect(await next()).toEqual([{ host: '10.0.0.1', port: 3000 }]);
    expect(await next()).toHaveLength(2);
    close();
  });

  it('does not report the same replicas in another order as a change', async () => {
    let asked = 0;
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const resolve4 = async (): Promise<string[]> => {
      if (++asked === 6) resolve();
      return asked % 2 ? ['a', 'b'] : ['b', 'a'];
    };
    const { next, pending, close } = follow(dnsDiscovery({ intervalMs: 1, resolve4 }));
    await next();
    await enough;
    expect(pending()).toBe(0);
    close();
  });
});

describe('createDiscovery', () => {
  it('refuses a mode it does not know', () => {
    expect(() => createDiscovery({ EDGEWAY_DISCOVERY: 'consul' })).toThrow(RangeError);
  });
});

describe('listenAddress', () => {
  it('is the port itself unless the runner maps it', () => {
    expect(listenAddress(3000, {})).toEqual({ host: '0.0.0.0', port: 3000 });
    const env = { EDGEWAY_LISTEN: '8080=0.0.0.0:8081,3000=127.0.0.1:41001' };
    expect(listenAddress(3000, env)).toEqual({ host: '127.0.0.1', port: 41001 });
    expect(listenAddress(8080, env)).toEqual({ host: '0.0.0.0', port: 8081 });
    expect(() => listenAddress(1, { EDGEWAY_LISTEN: 'nonsense' })).toThrow(RangeError);
  });
});
