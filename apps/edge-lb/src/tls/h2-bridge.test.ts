import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { constants, type IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { rawFront } from './testing/raw-front.ts';
import { frameClient, get } from './testing/frame-client.ts';
import { hasOpenssl } from './testing/test-certificates.ts';
import { ask, h2Client, testFront } from './testing/test-front.ts';

const mebibyte = 1024 * 1024;
const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

/** Bytes of which each place is told from the next. */
const bytes = (length: number): Buffer => Buffer.from(Uint32Array.from({ length: length / 4 }, (_, i) => i).buffer);

/** As a field is read, byte by byte. */
const utf8 = Buffer.from('Grün').toString('latin1');

describe.skipIf(!hasOpenssl)('an HTTP/2 request (needs the openssl command)', () => {
  it('comes as one of HTTP/1.1, its answer goes back without the fields of a connection', async () => {
    const seen: IncomingMessage[] = [];
    const { port, connections } = await testFront({
      answer(request, response) {
        seen.push(request);
        response.setHeader('set-cookie', ['a=1', 'b=2']).setHeader('X-Name', utf8).end(Buffer.from('hello'));
      },
    });
    const reply = await ask(await h2Client(port), {
      ':path': '/things?x=1',
      'x-name': utf8,
      cookie: ['a=1', 'b=2'],
      te: 'trailers',
    });
    expect(reply).toMatchObject({ status: 200, code: NGHTTP2_NO_ERROR, body: Buffer.from('hello') });
    expect(reply.fields).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-name': utf8, 'content-length': '5' });
    expect(Object.keys(reply.fields)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/connection|keep-alive/)]),
    );
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/things?x=1', httpVersion: '1.1' });
    expect(seen[0]!.headers).toEqual({
      host: 'shop.example.org',
      'x-name': utf8,
      cookie: 'a=1; b=2',
      connection: 'close',
    });
    expect(connections[0]).toMatchObject({ peer: '192.0.2.7', encrypted: true });
  });

  it.each([
    ['with', { 'content-length': '7' }, { 'content-length': '7' }],
    ['without', {}, { 'transfer-encoding': 'chunked' }],
  ])('brings a body %s a length', async (_how, given, expected) => {
    const { port } = await testFront({
      answer: (request, response) =>
        void text(request).then((body) => response.end(JSON.stringify([request.headers, body]))),
    });
    const reply = await ask(await h2Client(port), { ':method': 'POST', ':path': '/', ...given }, 'a thing');
    const [fields, body] = JSON.parse(reply.body.toString()) as [IncomingHttpHeaders, string];
    expect(body).toBe('a thing');
    expect(fields).toEqual({ host: 'shop.example.org', connection: 'close', ...expected });
  });

  it.each([{ 'content-length': String(2 * mebibyte) }, {}])('brings 2 MiB there and back, %j', async (fields) => {
    const { port } = await testFront({
      answer: (request, response) => void buffer(request).then((body) => response.end(body)),
    });
    const body = bytes(2 * mebibyte);
    const reply = await ask(await h2Client(port), { ':method': 'POST', ':path': '/', ...fields }, body);
    expect(reply.code).toBe(NGHTTP2_NO_ERROR);
    expect(reply.body.equals(body)).toBe(true);
  });

  it('is one of many at a time', async () => {
    const { port } = await testFront({
      answer: (request, response) => void setImmediate(() => response.end(request.url)),
    });
    const session = await h2Client(port);
    const paths = Array.from({ length: 250 }, (_, i) => `/${i}`);
    const replies = await Promise.all(paths.map((path) => ask(session, { ':path': path })));
    expect(replies.map(({ body }) => body.toString())).toEqual(paths);
  });

  it.each([
    ['HEAD', 200, '12'],
    ['GET', 204, undefined],
    ['GET', 304, undefined],
  ])('%s is answered by %i without a body', async (method, status, length) => {
    const { session, heads } = await rawFront((connection) =>
      connection.end(
        `HTTP/1.1 ${status} x\r\n${length === undefined ? '' : 'Content-Length: 12\r\n'}Connection: close\r\n\r\n`,
      ),
    );
    const reply = await ask(session, { ':method': method, ':path': '/' });
    expect(reply).toMatchObject({ status, code: NGHTTP2_NO_ERROR, body: Buffer.alloc(0) });
    expect(reply.fields['content-length']).toBe(length);
    expect(heads[0]).toMatch(new RegExp(`^${method} / HTTP/1.1\r\n`));
  });

  it('hears of 100 and 103 before its answer, however the bytes are cut', async () => {
    const { session } = await rawFront((connection) => {
      const answer =
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\n' +
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n';
      for (const character of answer) connection.write(character);
      connection.end();
    });
    const reply = await ask(session, { ':path': '/', expect: '100-continue' });
    expect(reply.interim).toMatchObject([{ ':status': 100 }, { ':status': 103, link: '</a>, </b>' }]);
    expect(reply).toMatchObject({ status: 200, code: NGHTTP2_NO_ERROR, body: Buffer.from('hello') });
  });

  it('has the whole of an answer that ends with its connection', async () => {
    const { session } = await rawFront((connection) => connection.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
    expect(await ask(session, { ':path': '/' })).toMatchObject({ code: 0, body: Buffer.from('all of it') });
  });

  it('is answered before its body has come, and asked to spare the rest', async () => {
    const { session } = await rawFront((connection) => {
      connection.end(
        `HTTP/1.1 413 x\r\nContent-Length: ${mebibyte}\r\nConnection: close\r\n\r\n${'x'.repeat(mebibyte)}`,
      );
      connection.resume();
    });
    const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'shop.example.org' });
    stream.on('error', () => undefined);
    stream.write(Buffer.alloc(1000));
    const closed = new Promise((resolve) => stream.once('close', resolve));
    expect(await text(stream)).toHaveLength(mebibyte);
    await closed;
    expect(stream.rstCode).toBe(NGHTTP2_NO_ERROR);
  });
});

describe.skipIf(!hasOpenssl)('whoever is slow makes the other side wait (needs the openssl command)', () => {
  it('a client that does not read: its answer is not all taken off the engine', async () => {
    let taken = 0;
    const { session } = await rawFront((connection) => {
      connection.write(`HTTP/1.1 200 OK\r\nContent-Length: ${4 * mebibyte}\r\n\r\n`);
      const more = (): void => {
        while (taken < 4 * mebibyte) {
          taken += 16 * 1024;
          if (!connection.write(Buffer.alloc(16 * 1024))) return void connection.once('drain', more);
        }
        connection.end();
        // As the engine does when it has lingered long enough.
        connection.destroy();
      };
      more();
    });
    const stream = session.request({ ':path': '/', ':authority': 'shop.example.org' });
    await once(stream, 'response');
    let before = -1;
    while (before !== taken) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(taken).toBeLessThan(mebibyte);
    // The client's window is the last to be filled: what is destroyed too early is lost here.
    expect((await buffer(stream)).length).toBe(4 * mebibyte);
    expect(stream.rstCode).toBe(NGHTTP2_NO_ERROR);
  });

  it('an engine that does not read: the body is not all taken off the client', async () => {
    const { session, connections } = await rawFront((connection) => connection.pause());
    const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'shop.example.org' });
    stream.on('error', () => undefined);
    let sent = 0;
    const more = (): void =>
      void stream.write(Buffer.alloc(16 * 1024), () => (sent += 16 * 1024) < 4 * mebibyte && more());
    more();
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(sent).toBeLessThan(mebibyte / 2);
    expect(connections[0]!.readableLength).toBeLessThanOrEqual(192 * 1024);
    connections[0]!.resume();
    await expect.poll(() => sent).toBe(4 * mebibyte);
  });

  it('only its own stream waits', async () => {
    const { session } = await rawFront((connection, head) => {
      if (head.startsWith('POST')) connection.pause();
      else connection.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'shop.example.org' });
    stream.on('error', () => undefined);
    stream.write(Buffer.alloc(mebibyte));
    for (let i = 0; i < 20; i++) expect((await ask(session, { ':path': '/' })).status).toBe(200);
  });
});

describe.skipIf(!hasOpenssl)('what ends early is not taken for whole (needs the openssl command)', () => {
  const cuts: [string, (connection: Duplex) => void][] = [
    ['before it began', (connection) => void connection.destroy()],
    ['in its head', (connection) => void connection.end('HTTP/1.1 200 OK\r\nContent-Le')],
    [
      'in its body, by a reset',
      (connection) => connection.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', () => connection.destroy()),
    ],
    ['in its body, by an end', (connection) => void connection.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')],
    [
      'in a chunk',
      (connection) => void connection.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf'),
    ],
    [
      'before the last chunk',
      (connection) => void connection.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
    ],
    [
      'where only a reset is no end',
      (connection) => connection.write('HTTP/1.1 200 OK\r\n\r\nhalf', () => connection.destroy()),
    ],
    ['by what is no HTTP', (connection) => void connection.end('200 OK\r\n\r\n')],
    [
      'by a switch of protocols',
      (connection) => void connection.end('HTTP/1.1 101 x\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    ],
  ];
  it.each(cuts)('an answer cut %s resets its stream, and no other', async (_where, cut) => {
    const { session } = await rawFront((connection, head) =>
      head.startsWith('GET /whole') ? connection.end('HTTP/1.1 204 x\r\n\r\n') : cut(connection),
    );
    const reply = await ask(session, { ':path': '/' });
    expect(reply.code).toBe(NGHTTP2_INTERNAL_ERROR);
    expect((await ask(session, { ':path': '/whole' })).status).toBe(204);
  });

  it.each([
    ['POST', NGHTTP2_CANCEL],
    ['POST', NGHTTP2_NO_ERROR],
    ['HEAD', NGHTTP2_NO_ERROR],
  ])('a %s that its client resets with %i is destroyed, and does not end', async (method, code) => {
    const { port, connections } = await rawFront(() => undefined);
    const client = await frameClient(port);
    client.headers(1, [...get, [':method', method]], { ended: false });
    client.data(1, 'half a bo');
    await expect.poll(() => connections.length).toBe(1);
    const [connection] = connections;
    let received = '';
    connection!.on('data', (chunk: Buffer) => (received += chunk.toString()));
    client.reset(1, code);
    if (!connection!.closed) await once(connection!, 'close');
    expect(received).not.toContain('0\r\n\r\n');
    expect(connection!.readableEnded).toBe(false);
  });

  it('a client that goes takes all its requests with it', async () => {
    const { session, connections } = await rawFront(() => undefined);
    for (let i = 0; i < 5; i++) session.request({ ':path': '/' }).on('error', () => undefined);
    await expect.poll(() => connections.length).toBe(5);
    session.destroy();
    await expect.poll(() => connections.every(({ closed }) => closed)).toBe(true);
  });
});

describe.skipIf(!hasOpenssl)('a session (needs the openssl command)', () => {
  it('does not become a tunnel', async () => {
    const { session, connections } = await rawFront(() => undefined);
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'other.example.org:443' });
    stream.on('error', () => undefined);
    const [fields] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect(fields[':status']).toBe(501);
    expect(connections).toEqual([]);
  });

  it('that resets one stream after another is told to calm down and ended', async () => {
    const { session, connections } = await rawFront(() => undefined);
    const goaway = new Promise((resolve) => session.once('goaway', resolve));
    const closed = new Promise<void>((resolve) => session.once('close', resolve));
    let begun = 0;
    while (!session.destroyed && !session.closed && begun < 2000) {
      const stream = session.request({ ':path': '/' });
      stream.on('error', () => undefined);
      stream.close(NGHTTP2_CANCEL);
      if (++begun % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await goaway).toBe(NGHTTP2_ENHANCE_YOUR_CALM);
    await closed;
    expect(connections.length).toBeLessThanOrEqual(201);
    await expect.poll(() => connections.every((connection) => connection.destroyed)).toBe(true);
  });

  it('may have 100 streams and fields of 16 KiB', async () => {
    const { session } = await rawFront(() => undefined);
    expect(session.remoteSettings).toMatchObject({ maxConcurrentStreams: 100, maxHeaderListSize: 16_384 });
  });

  it('that has no streams for the idle time is ended', async () => {
    const { port } = await testFront({ idleMs: 100 });
    const session = await h2Client(port);
    await ask(session, { ':path': '/' });
    const [code] = (await once(session, 'goaway')) as [number];
    expect(code).toBe(NGHTTP2_NO_ERROR);
    await once(session, 'close');
  });

  it('lets open streams finish when it is to leave, and takes no others', async () => {
    const arrived = Promise.withResolvers<() => void>();
    const { port, front } = await testFront({
      answer: (_request, response) => arrived.resolve(() => response.end('late')),
    });
    const session = await h2Client(port);
    const reply = ask(session, { ':path': '/' });
    const finish = await arrived.promise;
    const goaway = once(session, 'goaway');
    front.close();
    expect((await goaway)[0]).toBe(NGHTTP2_NO_ERROR);
    setTimeout(finish, 400);
    expect(await reply).toMatchObject({ status: 200, body: Buffer.from('late'), code: NGHTTP2_NO_ERROR });
    if (!session.destroyed) await once(session, 'close');
  });
});
