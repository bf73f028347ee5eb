import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { staticDiscovery, type Address } from '@edgeway/discovery';
import { createLogger } from '@edgeway/telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import { createServiceClient, type ServiceClient } from './service-client.ts';

const log = createLogger({ name: 'test', instance: 'test', level: 'silent' });
const open: (Server | ServiceClient)[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) {
    if ('closeAllConnections' in each) each.closeAllConnections();
    await each.close();
  }
});

async function replica(listener: RequestListener): Promise<Address> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}
/** An address where nobody listens. */
async function nobody(): Promise<Address> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return { host: '127.0.0.1', port };
}
async function clientOf(...addresses: Address[]): Promise<ServiceClient> {
  const known = Promise.withResolvers<void>();
  const fixed = staticDiscovery({ svc: addresses });
  const discovery = {
    ...fixed,
    watch: (target: Parameters<typeof fixed.watch>[0], onChange: Parameters<typeof fixed.watch>[1]) =>
      fixed.watch(target, (found) => {
        onChange(found);
        known.resolve();
      }),
  };
  const client = createServiceClient({ service: 'svc', port: 3000, discovery, log, timeoutMs: 300 });
  open.push(client);
  await known.promise;
  return client;
}
const get = { method: 'GET', path: '/', headers: {} };

describe('createServiceClient', () => {
  it('spreads over the replicas', async () => {
    const names = await Promise.all(['a', 'b'].map((name) => replica((_request, response) => response.end(name))));
    const client = await clientOf(...names);
    const answers: string[] = [];
    for (let i = 0; i < 4; i++) answers.push(await text((await client.request(get)).body));
    expect(answers).toEqual(['a', 'b', 'a', 'b']);
  });

  it('fails no safe request while a replica is gone or dies under it', async () => {
    const dying = await replica((request) => request.socket.destroy());
    const good = await replica((_request, response) => response.end('ok'));
    const client = await clientOf(await nobody(), dying, good);
    for (let i = 0; i < 9; i++) expect(await text((await client.request(get)).body)).toBe('ok');
  });

  it('never repeats a request that may have been acted upon', async () => {
    let received = 0;
    const dying: RequestListener = (request) => {
      received++;
      request.socket.destroy();
    };
    const client = await clientOf(await replica(dying), await replica(dying));
    const post = { method: 'POST', path: '/', headers: {}, body: Readable.from(['x']) };
    await expect(client.request(post)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED', status: 502 });
    expect(received).toBe(1);
  });

  it('says what is wrong: nobody there, nobody known, too slow', async () => {
    await expect((await clientOf(await nobody())).request(get)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryAfterSeconds: 1,
    });
    await expect((await clientOf()).request(get)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect((await clientOf(await replica(() => undefined))).request(get)).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
    });
  });

  it('hangs up on the replica when its caller has gone', async () => {
    const closed = Promise.withResolvers<void>();
    const caller = new AbortController();
    const client = await clientOf(
      await replica((request) => {
        request.socket.once('close', closed.resolve);
        caller.abort(new Error('gone'));
      }),
    );
    await expect(client.request({ ...get, signal: caller.signal })).rejects.toThrow('gone');
    await closed.promise;
  });

  it('survives a caller that has no use for a body that has arrived', async () => {
    const client = await clientOf(await replica((_request, response) => response.writeHead(503).end('{}')));
    const { body } = await client.request(get);
    const closed = new Promise<void>((resolve) => body.once('close', resolve));
    body.destroy();
    await closed;
    expect((await client.request(get)).status).toBe(503);
  });

  it('keeps the fields of one connection from the other', async () => {
    const client = await clientOf(
      await replica((_request, response) => {
        response.writeHead(200, { connection: 'keep-alive, x-secret', 'x-secret': '1', 'x-kept': '2' });
        response.end();
      }),
    );
    const { headers, body } = await client.request(get);
    await text(body);
    expect(headers).toMatchObject({ 'x-kept': '2' });
    for (const name of ['x-secret', 'connection', 'keep-alive', 'transfer-encoding'])
      expect(headers).not.toHaveProperty(name);
  });
});
