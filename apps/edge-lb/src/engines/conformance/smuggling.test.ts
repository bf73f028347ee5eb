import { describe, expect, it } from 'vitest';
import { rawUpstream } from '../../testing/fake-upstream.ts';
import { exchange, problemIn, rawClient } from '../../testing/raw-client.ts';
import { engineNames, testEdgeWith } from '../../testing/test-edge.ts';

describe.each(engineNames)('%s', (engine) => {
  const testEdge = testEdgeWith(engine);

  /** An endpoint that keeps every byte, and answers as soon as a request has ended by its framing. */
  const recording = (isWhole: (received: string) => boolean) =>
    rawUpstream((received, socket) => {
      if (isWhole(received)) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });

  const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\n';
  const chunked = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;

  describe('request framing', () => {
    it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT', 'PATCH'])(
      'keeps a chunked %s body a body (regression: http-proxy sent DELETE and OPTIONS with Content-Length 0)',
      async (method) => {
        const upstream = await recording((received) => received.endsWith('0\r\n\r\n'));
        const edge = await testEdge({ endpoints: [upstream.address] });
        const head = `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
        expect(await exchange(edge.port, head + chunked)).toMatch(/^HTTP\/1\.1 200 /);
        const { received } = upstream.connections[0]!;
        expect(received).toMatch(/\r\ntransfer-encoding: chunked\r\n/i);
        expect(received).not.toMatch(/\r\ncontent-length:/i);
        expect(received.endsWith(`\r\n\r\n${chunked}`)).toBe(true);
      },
    );

    it.each(['GET', 'DELETE', 'OPTIONS', 'POST'])('keeps the length of a %s body', async (method) => {
      const upstream = await recording((received) => received.endsWith(smuggled));
      const edge = await testEdge({ endpoints: [upstream.address] });
      const head = `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${smuggled.length}\r\n\r\n`;
      expect(await exchange(edge.port, head + smuggled)).toMatch(/^HTTP\/1\.1 200 /);
      expect(upstream.connections[0]!.received).toMatch(new RegExp(`\r\ncontent-length: ${smuggled.length}\r\n`, 'i'));
      expect(upstream.connections[0]!.received).not.toMatch(/\r\ntransfer-encoding:/i);
    });

    it.each(['content-length', 'transfer-encoding', 'host'])('does not let Connection take %s away', async (name) => {
      const upstream = await recording((received) => received.endsWith('0\r\n\r\n') || received.endsWith('body'));
      const edge = await testEdge({ endpoints: [upstream.address] });
      const [framing, body] =
        name === 'content-length' ? ['Content-Length: 4', 'body'] : ['Transfer-Encoding: chunked', chunked];
      const head = `DELETE / HTTP/1.1\r\nHost: a\r\nConnection: close, ${name}\r\n${framing}\r\n\r\n`;
      expect(await exchange(edge.port, head + body)).toMatch(/^HTTP\/1\.1 200 /);
      const received = upstream.connections[0]!.received.toLowerCase();
      expect(received).toContain(`\r\n${framing.toLowerCase()}\r\n`);
      expect(received).toContain('\r\nhost: a\r\n');
    });

    it('loses no field to their number, Transfer-Encoding least of all', async () => {
      const upstream = await recording((received) => received.endsWith('0\r\n\r\n'));
      const edge = await testEdge({ endpoints: [upstream.address] });
      // The wire engine has a limit, and refuses what is beyond it.
      const many = 'a:\r\n'.repeat(engine === 'wire' ? 97 : 2100);
      const head = `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${many}Transfer-Encoding: chunked\r\n\r\n`;
      expect(await exchange(edge.port, head + chunked)).toMatch(/^HTTP\/1\.1 200 /);
      expect(upstream.connections[0]!.received).toMatch(/\r\ntransfer-encoding: chunked\r\n/i);
    });

    it.each([
      ['both Content-Length and Transfer-Encoding', 'Content-Length: 4\r\nTransfer-Encoding: chunked', '0\r\n\r\n'],
      ['differing Content-Length', 'Content-Length: 4\r\nContent-Length: 5', 'body'],
      ['a malformed Content-Length', 'Content-Length: +4', 'body'],
      ['Transfer-Encoding that does not end in chunked', 'Transfer-Encoding: chunked, gzip', '0\r\n\r\n'],
      ['white space before a colon', 'Content-Length : 4', 'body'],
      ['a folded field', 'X: a\r\n b', ''],
      ['a bare LF in a field', 'X: a\nY: b', ''],
      ['NUL in a field', 'X: a\0b', ''],
      ['a bare CR in a field', 'X: a\rb', ''],
      ['no Host', undefined, ''],
      ['two Hosts', 'Host: a', ''],
      ['two hosts in one', 'Host: a, b', ''],
    ])('refuses %s with 400, sends nothing on, and closes', async (_name, field, body) => {
      const upstream = await recording(() => true);
      const edge = await testEdge({ endpoints: [upstream.address] });
      const host = field === undefined || field.startsWith('Host: a,') ? '' : 'Host: a\r\n';
      const head = `POST / HTTP/1.1\r\n${host}${field === undefined ? '' : `${field}\r\n`}\r\n`;
      const answer = await exchange(edge.port, head + body);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
      expect(problemIn(answer).code).toMatch(/^EDGE_(MESSAGE|HOST)_INVALID$/);
      expect(upstream.connections).toEqual([]);
    });

    it('refuses Transfer-Encoding in HTTP/1.0', async () => {
      const upstream = await recording(() => true);
      const edge = await testEdge({ endpoints: [upstream.address] });
      const answer = await exchange(edge.port, `POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`);
      expect(problemIn(answer)).toMatchObject({ status: 400, code: 'EDGE_MESSAGE_INVALID' });
      expect(upstream.connections).toEqual([]);
    });

    it('never completes upstream a body that is malformed on the way', async () => {
      const arrived = Promise.withResolvers<void>();
      const cut = Promise.withResolvers<void>();
      const upstream = await rawUpstream((received, socket) => {
        socket.once('close', cut.resolve);
        if (received.includes('part')) arrived.resolve();
      });
      const edge = await testEdge({ endpoints: [upstream.address] });
      const client = await rawClient(
        edge.port,
        'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
      );
      await arrived.promise;
      client.send('zz\r\n0\r\n\r\n');
      expect(problemIn(await client.closed())).toMatchObject({ status: 400, code: 'EDGE_MESSAGE_INVALID' });
      await cut.promise;
      expect(upstream.connections[0]!.received).not.toContain('0\r\n\r\n');
    });
  });
});
