import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { httpUpstream, rawUpstream } from '../../testing/fake-upstream.ts';
import { exchange, problemIn, rawClient } from '../../testing/raw-client.ts';
import { engineNames, testEdgeWith } from '../../testing/test-edge.ts';

describe.each(engineNames)('%s', (engine) => {
  const testEdge = testEdgeWith(engine);

  const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  const closed = async (request: IncomingMessage): Promise<void> => {
    if (!request.socket.destroyed) await once(request.socket, 'close');
  };

  describe('an endpoint that breaks off', () => {
    it.each([
      ['of a declared length', 'Content-Length: 10\r\n\r\nhalf', 'reset'],
      ['of a declared length', 'Content-Length: 10\r\n\r\nhalf', 'end'],
      ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', 'reset'],
      ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', 'end'],
      ['that lasts as long as the connection', '\r\nhalf', 'reset'],
    ])('in a body %s closes the client’s connection and never looks complete', async (_name, rest, how) => {
      const upstream = await rawUpstream((_received, socket) => void socket.write(`HTTP/1.1 200 OK\r\n${rest}`));
      const edge = await testEdge({ endpoints: [upstream.address] });
      const client = await rawClient(edge.port, get);
      await client.until('half');
      const { socket } = upstream.connections[0]!;
      if (how === 'end') socket.end();
      else socket.resetAndDestroy();
      const answer = await client.closed();
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(answer).not.toContain('\r\n0\r\n\r\n');
    });

    it('by closing an answer that lasts as long as the connection has completed it', async () => {
      const upstream = await rawUpstream((_received, socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nwhole'));
      const edge = await testEdge({ endpoints: [upstream.address] });
      expect(await (await fetch(edge.url)).text()).toBe('whole');
    });

    it('after the head of an answer closes the client’s connection', async () => {
      const upstream = await rawUpstream((_received, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n', () => socket.resetAndDestroy());
      });
      const edge = await testEdge({ endpoints: [upstream.address] });
      const answer = await exchange(edge.port, get);
      expect(answer).not.toContain('EDGE_');
      expect(upstream.connections).toHaveLength(1);
    });

    it.each([
      ['resets', '', 'EDGE_UPSTREAM_FAILED'],
      ['answers bytes that are not HTTP', 'hello\r\n\r\n', 'EDGE_UPSTREAM_INVALID'],
      [
        'declares two ends',
        'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
        'EDGE_UPSTREAM_INVALID',
      ],
      [
        'switches protocols uninvited',
        'HTTP/1.1 101 Now\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
        'EDGE_UPSTREAM_INVALID',
      ],
    ])('before an answer (%s) is answered with 502', async (_name, bytes, code) => {
      const upstream = await rawUpstream((_received, socket) => {
        if (bytes === '') socket.resetAndDestroy();
        else socket.write(bytes);
      });
      const edge = await testEdge({ endpoints: [upstream.address], pool: { retry: { attempts: 1 } } });
      const answer = await exchange(edge.port, 'GET /p?q HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 502 /);
      expect(answer).toMatch(/\r\nx-served-by: edge-lb-1\r\n/);
      expect(problemIn(answer)).toMatchObject({ status: 502, code, instance: '/p' });
    });

    it.each([
      // Node's parser lets such a reason pass; it must not be written.
      [
        'a reason that may not be written',
        'HTTP/1.1 200 O\x01K',
        engine === 'wire' ? /^HTTP\/1\.1 502 / : /^HTTP\/1\.1 200 OK\r\n/,
      ],
      ['a status that may not be written', 'HTTP/1.1 099 X', /^HTTP\/1\.1 502 Bad Gateway\r\n/],
    ])('of the rules with %s takes nothing else down', async (_name, line, expected) => {
      const upstream = await rawUpstream(
        (_received, socket) => void socket.write(`${line}\r\nContent-Length: 2\r\n\r\nok`),
      );
      const edge = await testEdge({ endpoints: [upstream.address] });
      expect(await exchange(edge.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(expected);
      expect((await fetch(`${edge.url}/livez`)).status).toBe(200);
    });
  });

  describe('a client that breaks off', () => {
    it('before an answer ends the upstream request', async () => {
      const upstream = await httpUpstream(() => undefined);
      const edge = await testEdge({ endpoints: [upstream.address] });
      const arrival = upstream.arrival();
      const client = await rawClient(edge.port, get);
      const request = await arrival;
      client.socket.destroy();
      await closed(request);
      expect(edge.log.filter(({ msg }) => msg === 'relay failed')).toEqual([]);
    });

    it('in the midst of an answer ends the upstream request', async () => {
      const upstream = await httpUpstream((_request, response) => void response.write('half'));
      const edge = await testEdge({ endpoints: [upstream.address] });
      const client = await rawClient(edge.port, get);
      await client.until('half');
      client.socket.destroy();
      await expect(closed(upstream.seen[0]!)).resolves.toBeUndefined();
    });

    it('in the midst of its body ends the upstream request, which never looks complete', async () => {
      const arrived = Promise.withResolvers<void>();
      const ended = Promise.withResolvers<void>();
      const upstream = await rawUpstream((received, socket) => {
        socket.once('close', ended.resolve);
        if (received.includes('half')) arrived.resolve();
      });
      const edge = await testEdge({ endpoints: [upstream.address] });
      const client = await rawClient(
        edge.port,
        'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      );
      await arrived.promise;
      client.socket.destroy();
      await ended.promise;
      expect(upstream.connections[0]!.received).not.toContain('\r\n0\r\n');
    });

    // The wire engine streams: see "is cut upstream".
    it.skipIf(engine === 'wire')('in the midst of a small body reaches no endpoint at all', async () => {
      const upstream = await httpUpstream((_request, response) => void response.end());
      const edge = await testEdge({ endpoints: [upstream.address] });
      const client = await rawClient(edge.port, 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf');
      client.socket.end();
      await client.closed();
      expect(upstream.seen).toEqual([]);
    });
  });

  describe('connections to an endpoint', () => {
    it('are kept and used again', async () => {
      const upstream = await httpUpstream((_request, response) => void response.end('ok'));
      const edge = await testEdge({ endpoints: [upstream.address] });
      for (let i = 0; i < 3; i++) await (await fetch(edge.url)).text();
      expect(new Set(upstream.seen.map(({ socket }) => socket)).size).toBe(1);
    });

    it('are left before an endpoint that says how long it keeps them closes them', async () => {
      const upstream = await httpUpstream((_request, response) => {
        // Too short to be used again at all.
        response.writeHead(200, { 'keep-alive': 'timeout=1', connection: 'keep-alive', 'content-length': 2 }).end('ok');
      });
      const edge = await testEdge({ endpoints: [upstream.address] });
      for (let i = 0; i < 2; i++) await (await fetch(edge.url)).text();
      expect(new Set(upstream.seen.map(({ socket }) => socket)).size).toBe(2);
    });
  });
});
