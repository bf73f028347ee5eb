import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { poolEvents } from '../pools/pool-events.ts';
import { eventStream, type EventStreamOptions } from './event-stream.ts';
import { testAdmin } from './testing/test-admin.ts';

/** Reads a stream until it holds `wanted`. */
async function readUntil(response: Response, wanted: string): Promise<string> {
  let so = '';
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  while (!so.includes(wanted)) {
    const { value, done } = await reader.read();
    if (done) return so;
    so += value;
  }
  await reader.cancel();
  return so;
}

describe('GET /events', () => {
  it('tells of a change of health as it happens, and counts', async () => {
    const { url, pool, address, managed } = await testAdmin();
    managed.events.emit({ kind: 'reload', status: 'done' });
    const response = await fetch(`${url}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    pool.refused(pool.pool.endpoints[0]!);
    expect(await readUntil(response, 'unhealthy')).toBe(
      ': from here on\n\n' +
        `id: 2\nevent: health\ndata: {"pool":"main","endpoint":"${address}","status":"unhealthy"}\n\n`,
    );
  });

  it('ends when the balancer does', async () => {
    const { url, close } = await testAdmin();
    const response = await fetch(`${url}/events`);
    const all = response.text();
    await close();
    expect(await all).toBe(': from here on\n\n');
  });

  it('answers HEAD without one to follow', async () => {
    const { url } = await testAdmin();
    expect((await fetch(`${url}/events`, { method: 'HEAD' })).status).toBe(200);
  });
});

async function streamAlone(options: EventStreamOptions) {
  const events = poolEvents();
  const stream = eventStream(events, options);
  const refused: unknown[] = [];
  const server = createServer((_, response) => {
    try {
      stream.open(response);
    } catch (error) {
      refused.push(error);
      response.writeHead(503).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    stream.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { events, stream, refused, port, url: `http://127.0.0.1:${port}` };
}

describe('eventStream', () => {
  it('keeps a quiet stream alive', async () => {
    const { url } = await streamAlone({ heartbeatMs: 10 });
    expect(await readUntil(await fetch(url), 'still')).toContain('\n\n: still here\n\n');
  });

  it('has no more readers than it may, and room again when one has left', async () => {
    const { url, stream, refused } = await streamAlone({ limit: 1 });
    const first = new AbortController();
    await fetch(url, { signal: first.signal });
    expect((await fetch(url)).status).toBe(503);
    expect(refused[0]).toMatchObject({ code: 'EDGE_CONNECTION_LIMIT', status: 503 });
    first.abort();
    await vi.waitFor(() => expect(stream.readers).toBe(0));
    expect((await fetch(url)).status).toBe(200);
  });

  it('drops one that does not read, and not its neighbour', async () => {
    const { url, port, events, stream } = await streamAlone({});
    const neighbour = await fetch(url);
    const slow = connect(port, '127.0.0.1');
    slow.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    slow.on('error', () => undefined);
    onTestFinished(() => void slow.destroy());
    // Never read: the kernel's buffers fill, then the server's.
    slow.pause();
    await vi.waitFor(() => expect(stream.readers).toBe(2));
    const reading = readUntil(neighbour, 'event: reload');
    const endpoints = Array.from({ length: 1500 }, (_, i) => `10.0.${i % 256}.1:3000`);
    for (let i = 0; i < 2000 && stream.readers === 2; i++) {
      events.emit({ kind: 'members', pool: 'main', endpoints });
      await new Promise(setImmediate);
    }
    expect(stream.readers).toBe(1);
    events.emit({ kind: 'reload', status: 'done' });
    expect(await reading).toContain('event: reload');
  });
});
