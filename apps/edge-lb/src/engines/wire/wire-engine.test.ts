import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpUpstream, rawUpstream } from '../../testing/fake-upstream.ts';
import { exchange, problemIn, rawClient } from '../../testing/raw-client.ts';
import { testEdgeWith } from '../../testing/test-edge.ts';

const testEdge = testEdgeWith('wire');
const get = (path = '/', fields = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('what http-proxy cannot', () => {
  it('passes interim answers on, in front of the answer', async () => {
    const upstream = await rawUpstream((_received, socket) => {
      socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: x\r\nX: 1\r\n\r\n${ok}`);
    });
    const edge = await testEdge({ endpoints: [upstream.address] });
    const answer = await exchange(edge.port, get('/', 'Connection: close\r\n'));
    expect(answer).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  it('keeps interim answers from HTTP/1.0, which knows none', async () => {
    const upstream = await rawUpstream((_received, socket) => void socket.write(`HTTP/1.1 103 x\r\n\r\n${ok}`));
    const edge = await testEdge({ endpoints: [upstream.address] });
    expect(await exchange(edge.port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('passes trailers on, both ways', async () => {
    const upstream = await rawUpstream((received, socket) => {
      if (received.endsWith('X-Up: 1\r\n\r\n'))
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Down: 1\r\n\r\n');
    });
    const edge = await testEdge({ endpoints: [upstream.address] });
    const answer = await exchange(
      edge.port,
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Up: 1\r\n\r\n',
    );
    expect(answer.endsWith('2\r\nok\r\n0\r\nX-Down: 1\r\n\r\n')).toBe(true);
  });

  it('relays methods that it has never heard of', async () => {
    const upstream = await rawUpstream((_received, socket) => void socket.write(ok));
    const edge = await testEdge({ endpoints: [upstream.address] });
    await exchange(edge.port, 'BREW /pot HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(upstream.connections[0]!.received).toMatch(/^BREW \/pot HTTP\/1\.1\r\n/);
  });

  it('keeps fields as they came, byte for byte and in their order', async () => {
    const upstream = await rawUpstream((_received, socket) => void socket.write(ok));
    const edge = await testEdge({ endpoints: [upstream.address] });
    await exchange(edge.port, get('/', 'X-b:  2\r\nx-A: 1\r\nX-b: 3 \r\nConnection: close\r\n'));
    expect(upstream.connections[0]!.received).toContain('X-b:  2\r\nx-A: 1\r\nX-b: 3 \r\n');
  });
});

describe('a WebSocket', () => {
  const handshake = get('/chat', 'Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: x\r\n');
  /** Switches, and then answers each byte with its capital. */
  const shouting = () =>
    rawUpstream((received, socket) => {
      const [head, rest = ''] = received.split('\r\n\r\n');
      if (rest === '')
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${head!.length > 0 ? 'hi' : ''}`,
        );
      else socket.write(rest.slice(-1).toUpperCase());
    });

  it('is opened, and then bytes go both ways', async () => {
    const upstream = await shouting();
    const edge = await testEdge({ endpoints: [upstream.address] });
    const client = await rawClient(edge.port, handshake);
    const head = await client.until('\r\n\r\nhi');
    expect(head).toMatch(/^HTTP\/1\.1 101 [^]*\r\nconnection: upgrade\r\nupgrade: websocket\r\n/i);
    expect(upstream.connections[0]!.received).toMatch(/\r\nconnection: upgrade\r\nupgrade: websocket\r\n/i);
    client.send('a');
    await client.until('hiA');
    client.send('b');
    await client.until('hiAB');
  });

  it.each(['client', 'endpoint'])('ends on both sides when the %s ends it', async (who) => {
    const upstream = await shouting();
    const edge = await testEdge({ endpoints: [upstream.address] });
    const client = await rawClient(edge.port, handshake);
    await client.until('hi');
    const { socket } = upstream.connections[0]!;
    const closed = once(socket, 'close');
    if (who === 'client') client.socket.end();
    else socket.end();
    await Promise.all([closed, client.closed()]);
    expect(socket.destroyed).toBe(true);
  });

  it('ends when no byte has passed for as long as the pool says', async () => {
    const upstream = await shouting();
    const edge = await testEdge({ endpoints: [upstream.address], pool: { timeouts: { tunnelSeconds: 0.1 } } });
    const client = await rawClient(edge.port, handshake);
    await client.until('hi');
    expect(await client.closed()).toMatch(/hi$/);
  });

  it('is not opened for other protocols: in an h2c tunnel no route would be looked at', async () => {
    const upstream = await rawUpstream((_received, socket) => void socket.write(ok));
    const edge = await testEdge({ endpoints: [upstream.address] });
    await exchange(edge.port, get('/', 'Connection: Upgrade, close\r\nUpgrade: h2c\r\n'));
    expect(upstream.connections[0]!.received).not.toMatch(/upgrade/i);
  });
});

describe('bodies', () => {
  const size = 48 * 1024 * 1024;

  it('of any size come through unchanged, both ways at once', async () => {
    const upstream = await httpUpstream((request, response) => void request.pipe(response));
    const edge = await testEdge({ endpoints: [upstream.address] });
    const hashes = [createHash('sha1'), createHash('sha1')];
    const block = Buffer.alloc(1024 * 1024, 'edgeway');
    async function* sent() {
      for (let i = 0; i < size / block.length; i++) {
        block[i] = i;
        const part = Buffer.from(block);
        hashes[0]!.update(part);
        yield part;
      }
    }
    const response = await fetch(edge.url, { method: 'POST', body: ReadableStream.from(sent()), duplex: 'half' });
    for await (const chunk of response.body!) hashes[1]!.update(chunk);
    expect(hashes[1]!.digest('hex')).toBe(hashes[0]!.digest('hex'));
  });

  it('wait for a client that does not read, and do not pile up', async () => {
    let sent = 0;
    const upstream = await rawUpstream((_received, socket) => {
      const block = Buffer.alloc(64 * 1024);
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      const more = (): void => {
        while (sent < size) {
          sent += block.length;
          if (!socket.write(block)) return void socket.once('drain', more);
        }
      };
      more();
    });
    const edge = await testEdge({ endpoints: [upstream.address] });
    const client = connect({ port: edge.port, host: '127.0.0.1' });
    onTestFinished(() => void client.destroy());
    client.write(get());
    // Whatever fits into the kernel's buffers and ours is on its way; then it must come to a halt.
    await expect
      .poll(async () => {
        const before = sent;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return sent > 0 && sent === before;
      })
      .toBe(true);
    expect(sent).toBeLessThan(size / 2);
    let received = 0;
    client.on('data', (chunk: Buffer) => (received += chunk.length));
    await expect.poll(() => received, { timeout: 8000 }).toBeGreaterThanOrEqual(size);
  });

  it('that trickle below the least rate are answered with 408', async () => {
    const upstream = await httpUpstream((request) => void request.resume());
    const limits = { bodyGraceSeconds: 0.1, bodyBytesPerSecond: 1000 };
    const edge = await testEdge({ endpoints: [upstream.address], listener: { limits } });
    const client = await rawClient(edge.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nx');
    expect(problemIn(await client.closed())).toMatchObject({ status: 408, code: 'EDGE_REQUEST_TIMEOUT' });
  });

  it('of unknown end are complete for nobody when the endpoint resets', async () => {
    const upstream = await rawUpstream((_received, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\npart', () => socket.resetAndDestroy());
    });
    const edge = await testEdge({ endpoints: [upstream.address] });
    const client = await rawClient(edge.port, get());
    await client.closed();
    expect(client.socket.errored).toMatchObject({ code: 'ECONNRESET' });
  });

  it('lose their chunks for HTTP/1.0, and end with the connection', async () => {
    const upstream = await rawUpstream(
      (_received, socket) =>
        void socket.write(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nin\r\n3\r\n it\r\n0\r\nX: 1\r\n\r\n',
        ),
    );
    const edge = await testEdge({ endpoints: [upstream.address] });
    const answer = await exchange(edge.port, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(answer.endsWith('\r\nconnection: close\r\n\r\nin it')).toBe(true);
  });
});

describe('limits of a listener', () => {
  it.each([{ connections: 2 }, { connectionsPerAddress: 2 }])('turn away who is one too many: %j', async (limits) => {
    const upstream = await httpUpstream((_request, response) => void response.end('ok'));
    const edge = await testEdge({ endpoints: [upstream.address], listener: { limits } });
    const [first] = await Promise.all([rawClient(edge.port, get()), rawClient(edge.port, get())]);
    await first.until('ok');
    const turned = await (await rawClient(edge.port)).closed();
    expect(problemIn(turned)).toMatchObject({ status: 503, code: 'EDGE_CONNECTION_LIMIT' });
    expect(turned).toMatch(/\r\nretry-after: 1\r\n/);
    first.socket.destroy();
    await expect
      .poll(async () => (await (await rawClient(edge.port, get('/', 'Connection: close\r\n'))).closed()).slice(0, 12))
      .toBe('HTTP/1.1 200');
  });

  it.each([
    [`GET /${'x'.repeat(9000)} HTTP/1.1\r\n`, 414, 'EDGE_TARGET_TOO_LONG'],
    [get('/', 'a: b\r\n'.repeat(120)), 431, 'EDGE_HEAD_TOO_LARGE'],
    ['GET / HTTP/3.0\r\n', 505, 'EDGE_VERSION_UNSUPPORTED'],
    [get('/', 'Transfer-Encoding: gzip, chunked\r\n'), 501, 'EDGE_METHOD_UNSUPPORTED'],
  ])('answer %.20s… with %i', async (bytes, status, code) => {
    const edge = await testEdge({ endpoints: ['127.0.0.1:1'] });
    expect(problemIn(await exchange(edge.port, bytes))).toMatchObject({ status, code });
  });

  it.each([
    [{ startLineBytes: 64 }, `GET /${'x'.repeat(80)} HTTP/1.1\r\n`, 414],
    [{ headBytes: 128 }, get('/', `X: ${'x'.repeat(200)}\r\n`), 431],
    [{ fields: 3 }, get('/', 'a: b\r\n'.repeat(3)), 431],
  ])('are the file’s to say: %j', async (limits, bytes, status) => {
    const edge = await testEdge({ endpoints: ['127.0.0.1:1'], listener: { limits } });
    expect(problemIn(await exchange(edge.port, bytes))).toMatchObject({ status });
  });

  it('close a connection on which no request begins', async () => {
    const edge = await testEdge({ endpoints: ['127.0.0.1:1'], listener: { limits: { headSeconds: 0.1 } } });
    expect(await (await rawClient(edge.port)).closed()).toBe('');
  });
});

describe('an OPTIONS that is not for the endpoints', () => {
  it.each(['OPTIONS * HTTP/1.1\r\nHost: a\r\n', 'OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n'])(
    'is answered by the balancer: %j',
    async (head) => {
      const upstream = await httpUpstream((_request, response) => void response.end('ok'));
      const edge = await testEdge({ endpoints: [upstream.address] });
      const answer = await exchange(edge.port, `${head}Connection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 204 [^]*\r\nallow: GET/);
      expect(upstream.seen).toEqual([]);
    },
  );

  it('counts down what others may still pass', async () => {
    const upstream = await httpUpstream((_request, response) => void response.end('ok'));
    const edge = await testEdge({ endpoints: [upstream.address] });
    await exchange(edge.port, 'OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 5\r\nConnection: close\r\n\r\n');
    expect(upstream.seen[0]!.headers['max-forwards']).toBe('4');
  });
});
