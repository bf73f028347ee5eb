import { once } from 'node:events';
import { Agent, ClientRequest } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { httpUpstream } from '../../testing/fake-upstream.ts';
import { rawClient } from '../../testing/raw-client.ts';
import { testEdge } from '../../testing/test-edge.ts';
import { deadlines } from './deadlines.ts';

describe('deadlines', () => {
  it('answer 504 when no answer begins, end the upstream request, and retry nothing', async () => {
    const upstream = await httpUpstream(() => undefined);
    const edge = await testEdge({ endpoints: [upstream.address], pool: { timeouts: { headersSeconds: 0.05 } } });
    const response = await fetch(edge.url);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({
      code: 'EDGE_UPSTREAM_TIMEOUT',
      detail: 'No answer began within 0.05 s.',
    });
    expect(upstream.seen).toHaveLength(1);
    const { socket } = upstream.seen[0]!;
    if (!socket.destroyed) await once(socket, 'close');
  });

  it('do not count the time an upload takes as waiting for its answer', async () => {
    const upstream = await httpUpstream((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });
    const edge = await testEdge({ endpoints: [upstream.address], pool: { timeouts: { headersSeconds: 0.1 } } });
    const client = await rawClient(edge.port, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const before = performance.now();
    // Each round trip to the balancer's own status takes a little; together they outlast the limit.
    while (performance.now() - before < 200) {
      client.send('1\r\nx\r\n');
      await (await fetch(`${edge.url}/livez`)).text();
    }
    client.send('0\r\n\r\n');
    expect(await client.until('ok')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('cut an answer in which no byte passes for too long', async () => {
    const upstream = await httpUpstream((_request, response) => void response.write('half'));
    const edge = await testEdge({ endpoints: [upstream.address], pool: { timeouts: { idleSeconds: 0.1 } } });
    const client = await rawClient(edge.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.closed()).not.toContain('\r\n0\r\n\r\n');
  });

  it('hold on a connection that has served before, too', async () => {
    const upstream = await httpUpstream((request, response) => {
      if (request.url === '/whole') response.end('whole');
      else if (request.url === '/half') response.write('half');
    });
    const edge = await testEdge({
      endpoints: [upstream.address],
      pool: { timeouts: { idleSeconds: 0.2, headersSeconds: 0.1 } },
    });
    const served = async () => expect(await (await fetch(`${edge.url}/whole`)).text()).toBe('whole');
    await served();
    expect((await fetch(`${edge.url}/silent`)).status).toBe(504);
    await served();
    await expect(fetch(`${edge.url}/half`).then((response) => response.text())).rejects.toThrow('terminated');
    expect(new Set(upstream.seen.map(({ socket }) => socket)).size).toBe(2);
  });

  it('let an answer take as long as it likes while bytes pass', async () => {
    const upstream = await httpUpstream((request, response) => {
      response.write('.');
      let dots = 0;
      const timer = setInterval(() => {
        dots += 1;
        response.write('.');
        if (dots === 10) response.end('done');
      }, 20);
      request.socket.once('close', () => clearInterval(timer));
    });
    const edge = await testEdge({
      endpoints: [upstream.address],
      pool: { timeouts: { idleSeconds: 0.15, headersSeconds: 0.1, connectSeconds: 0.1 } },
    });
    expect(await (await fetch(edge.url)).text()).toMatch(/^\.+done$/);
  });
});

describe('the deadline to connect', () => {
  const limits = { connectSeconds: 1, headersSeconds: 5, idleSeconds: 60 };
  /** An upstream request whose socket a test moves along. */
  function begun() {
    const upstream = new ClientRequest({ agent: new WaitingAgent() }).on('error', () => undefined);
    const onExpired = vi.fn<(error: Error) => void>();
    return { upstream, onExpired, stop: deadlines(upstream, limits, onExpired) };
  }

  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('says that nobody was reached, so that the request may go elsewhere', () => {
    const { upstream, onExpired } = begun();
    upstream.emit('socket', Object.assign(new Socket(), { connecting: true }));
    vi.advanceTimersByTime(1000);
    expect(onExpired.mock.calls).toMatchObject([[{ code: 'EDGE_CONNECT_TIMEOUT' }]]);
  });

  it('says that it timed out when all connections are taken: a busy endpoint is not a dead one', () => {
    const { onExpired } = begun();
    vi.advanceTimersByTime(1000);
    expect(onExpired.mock.calls).toMatchObject([[{ code: 'EDGE_UPSTREAM_TIMEOUT' }]]);
  });

  it('ends with the connection', () => {
    const { upstream, onExpired, stop } = begun();
    const socket = Object.assign(new Socket(), { connecting: true });
    upstream.emit('socket', socket);
    socket.emit('connect');
    vi.advanceTimersByTime(60_000);
    expect(onExpired).not.toHaveBeenCalled();
    stop();
  });
});

/** Never has a connection free. */
class WaitingAgent extends Agent {
  override addRequest(): void {
    // the request waits
  }
}
