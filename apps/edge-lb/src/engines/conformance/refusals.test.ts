import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpUpstream } from '../../testing/fake-upstream.ts';
import { exchange, problemIn, rawClient } from '../../testing/raw-client.ts';
import { engineNames, testEdgeWith } from '../../testing/test-edge.ts';

describe.each(engineNames)('%s', (engine) => {
  const testEdge = testEdgeWith(engine);

  const edgeOf = async () => {
    const upstream = await httpUpstream((request, response) => {
      request.resume().on('end', () => response.end(`served ${request.url}`));
    });
    const edge = await testEdge({ endpoints: [upstream.address] });
    return { upstream, port: edge.port };
  };
  const host = 'Host: a\r\nConnection: close\r\n';
  const upgrade = 'Host: a\r\nConnection: close, Upgrade\r\nUpgrade: ';

  describe('refusals', () => {
    it.each([
      ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 501, 'EDGE_METHOD_UNSUPPORTED'],
      ['TRACE', `TRACE / HTTP/1.1\r\n${host}\r\n`, 501, 'EDGE_METHOD_UNSUPPORTED'],
      // What http-proxy cannot.
      ...(engine === 'wire'
        ? []
        : ([
            ['an unknown method', `BREW / HTTP/1.1\r\n${host}\r\n`, 400, 'EDGE_MESSAGE_INVALID'],
            ['a WebSocket', `GET / HTTP/1.1\r\n${upgrade}websocket\r\n\r\n`, 501, 'EDGE_UPGRADE_UNSUPPORTED'],
          ] as const)),
      ['an unknown expectation', `GET / HTTP/1.1\r\n${host}Expect: miracles\r\n\r\n`, 417, 'EDGE_EXPECTATION_UNKNOWN'],
      [
        'a head that is too large',
        `GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(17_000)}\r\n\r\n`,
        431,
        'EDGE_HEAD_TOO_LARGE',
      ],
      ['a target that is no path', `GET a HTTP/1.1\r\n${host}\r\n`, 400, 'EDGE_MESSAGE_INVALID'],
      ['a target of another scheme', `GET ftp://a/ HTTP/1.1\r\n${host}\r\n`, 400, 'EDGE_MESSAGE_INVALID'],
      ['a target with credentials', `GET http://u:p@a/ HTTP/1.1\r\n${host}\r\n`, 400, 'EDGE_MESSAGE_INVALID'],
      ['a fragment', `GET /#a HTTP/1.1\r\n${host}\r\n`, 400, 'EDGE_MESSAGE_INVALID'],
      ['another protocol', '\x16\x03\x01\x02\0', 400, 'EDGE_MESSAGE_INVALID'],
    ] as [string, string, number, string][])(
      'answer %s with a problem of the balancer, and ask nobody',
      async (_name, bytes, status, code) => {
        const { upstream, port } = await edgeOf();
        const answer = await exchange(port, bytes);
        expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
        expect(answer).toMatch(/\r\nx-served-by: edge-lb-1\r\n/);
        const problem = problemIn(answer);
        expect(problem).toMatchObject({ status, code });
        expect(answer).toContain(`\r\nx-request-id: ${problem.requestId}\r\n`);
        expect(upstream.seen).toEqual([]);
      },
    );

    it('do not come for upgrades that may be ignored (clients offer h2c by default)', async () => {
      const { port } = await edgeOf();
      const answer = await exchange(port, `GET /x HTTP/1.1\r\n${upgrade}h2c\r\nHTTP2-Settings: x\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    });

    it('come after the answers to what was asked before', async () => {
      const { port } = await edgeOf();
      const answer = await exchange(port, 'GET /first HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*served \/first[^]*HTTP\/1\.1 400 /);
    });

    it('answer pipelined requests in their order', async () => {
      const { port } = await edgeOf();
      const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n`;
      const answer = await exchange(
        port,
        `${request('/1')}\r\n${request('/2')}\r\n${request('/3')}Connection: close\r\n\r\n`,
      );
      expect([...answer.matchAll(/served \/(\d)/g)].map(([, n]) => n)).toEqual(['1', '2', '3']);
    });

    it('never put bytes into an answer that has begun', async () => {
      const upstream = await httpUpstream((_request, response) => void response.write('begun'));
      const edge = await testEdge({ endpoints: [upstream.address] });
      const client = await rawClient(
        edge.port,
        'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
      );
      await client.until('begun');
      client.send('zz\r\n');
      expect(await client.closed()).not.toContain('EDGE_');
    });

    it('answer a request that takes too long to arrive with 408', async () => {
      const edge = await testEdge({ endpoints: ['127.0.0.1:1'], listener: { limits: { headSeconds: 0.1 } } });
      const answer = await exchange(edge.port, 'GET / HTTP/1.1\r\nHost: a\r\n');
      expect(problemIn(answer)).toMatchObject({ status: 408, code: 'EDGE_REQUEST_TIMEOUT' });
    });

    it('do not keep the connection of a client that never lets go', async () => {
      const { port } = await edgeOf();
      const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      onTestFinished(() => void client.destroy());
      client.on('error', () => undefined).write('garbage\r\n\r\n');
      await once(client, 'data');
      client.resume();
      // Its other half is closed too, though the client keeps its own open: writing finds that out.
      const timer = setInterval(() => client.write('more'), 50);
      const closed = new Promise((resolve) => client.once('close', resolve));
      await expect(closed).resolves.toBeDefined();
      clearInterval(timer);
    });
  });

  describe('Expect: 100-continue', () => {
    const head = 'Host: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n';

    it('is met when the request will be relayed', async () => {
      const { upstream, port } = await edgeOf();
      const client = await rawClient(port, `POST /x HTTP/1.1\r\n${head}`);
      await client.until('HTTP/1.1 100 Continue\r\n\r\n');
      client.send('body');
      expect(await client.closed()).toMatch(/HTTP\/1\.1 200 OK\r\n/);
      expect(upstream.seen[0]!.headers.expect).toBeUndefined();
    });

    it('is not met when it will not', async () => {
      const { port } = await edgeOf();
      const answer = await exchange(port, `TRACE /x HTTP/1.1\r\n${head}`);
      expect(answer).toMatch(/^HTTP\/1\.1 501 /);
    });
  });
});
