import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { httpUpstream } from '../../testing/fake-upstream.ts';
import { rawClient } from '../../testing/raw-client.ts';
import { engineNames, testEdgeWith } from '../../testing/test-edge.ts';

describe.each(engineNames)('%s', (engine) => {
  const testEdge = testEdgeWith(engine);

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
});
