import { once } from 'node:events';
import { connect } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasOpenssl, testCertificates } from './testing/test-certificates.ts';
import { ask, h2Client, testFront, tlsClient } from './testing/test-front.ts';

/** One request of HTTP/1.1, and all of its answer. */
async function talk(socket: TLSSocket): Promise<string> {
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  socket.write('GET / HTTP/1.1\r\nhost: shop.example.org\r\nconnection: close\r\n\r\n');
  await once(socket, 'close');
  return received;
}

/** The common name of the certificate that is served. */
async function served(port: number, options: ConnectionOptions = {}): Promise<string | undefined> {
  const socket = await tlsClient(port, options);
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN as string | undefined;
}

/** Why there is no connection: the client may think there is one, and be told the more. */
async function refusal(port: number, options: ConnectionOptions): Promise<string> {
  try {
    const socket = await tlsClient(port, options);
    const failure = new Promise<string>((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('close', () => resolve('closed'));
    });
    socket.once('data', () => undefined);
    return await failure;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

describe.skipIf(!hasOpenssl)('a handshake (needs the openssl command)', () => {
  it('gets the certificate of the server it names, else of its wildcard, else the first', async () => {
    const files = testCertificates();
    const certificates = [
      files.make('first', { names: ['first.example.org'] }),
      files.make('shop', { names: ['shop.example.org'] }),
      files.make('wild', { names: ['*.example.org'] }),
    ];
    const { port } = await testFront({ tls: { certificates } });
    expect(await served(port, { servername: 'shop.example.org' })).toBe('shop');
    expect(await served(port, { servername: 'any.example.org' })).toBe('wild');
    expect(await served(port, { servername: 'a.b.test' })).toBe('first');
    expect(await served(port)).toBe('first');
  });

  it.each([
    [['h2', 'http/1.1'], 'h2'],
    [['http/1.1', 'h2'], 'h2'],
    [['http/1.1'], 'http/1.1'],
    [undefined, false],
  ])('that offers %j speaks %s', async (offered, expected) => {
    const { port } = await testFront();
    const options = { servername: 'shop.example.org' };
    const socket = await tlsClient(port, offered === undefined ? options : { ...options, ALPNProtocols: offered });
    expect(socket.alpnProtocol).toBe(expected);
  });

  it('is followed by HTTP/1.1 or HTTP/2, as agreed', async () => {
    const { port } = await testFront();
    expect(await talk(await tlsClient(port))).toMatch(/^HTTP\/1\.1 200 OK\r\n(.|\r\n)*hello/);
    expect(await talk(await tlsClient(port, { ALPNProtocols: ['http/1.1'] }))).toContain('hello');
    expect(await ask(await h2Client(port), { ':path': '/' })).toMatchObject({ body: Buffer.from('hello') });
  });

  it.each([
    ['no protocol that is spoken', { ALPNProtocols: ['smtp'] }, 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'],
    [
      'TLS 1.1',
      { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
      /ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    ],
  ] as const)('that offers %s is refused', async (_what, options, code) => {
    const { port, front, log } = await testFront();
    expect(await refusal(port, options as unknown as ConnectionOptions)).toMatch(code);
    await expect.poll(() => front.failures).toBe(1);
    expect(log.filter(({ msg }) => msg === 'TLS handshake failed')).toHaveLength(1);
  });

  it('of TLS 1.2 is refused where 1.3 is asked for', async () => {
    const { port } = await testFront({ tls: { minVersion: 'TLSv1.3' } });
    expect(await refusal(port, { maxVersion: 'TLSv1.2' })).toMatch(/PROTOCOL_VERSION/);
    expect((await tlsClient(port)).getProtocol()).toBe('TLSv1.3');
  });

  it('that is none, or is left, is no more than counted', async () => {
    const { port, front, connections } = await testFront();
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '', '\x16\x03\x01\x02\x00']) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      if (bytes === '') socket.resetAndDestroy();
      else socket.end(bytes, 'latin1');
      socket.resume();
      await once(socket, 'close');
    }
    await expect.poll(() => front.failures).toBe(3);
    await expect.poll(() => front.open).toBe(0);
    expect(connections).toEqual([]);
    expect(await talk(await tlsClient(port))).toContain('hello');
  });

  it('that takes too long is ended, though its bytes keep coming', async () => {
    const { port, front } = await testFront({ handshakeMs: 150 });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1');
    const drip = setInterval(() => socket.write('x'), 20);
    onTestFinished(() => clearInterval(drip));
    const since = performance.now();
    socket.resume();
    await once(socket, 'close');
    expect(performance.now() - since).toBeLessThan(1000);
    expect(front.failures).toBe(1);
  });

  it('may begin with bytes that were read before it', async () => {
    const { port, connections } = await testFront({ skipBytes: 7 });
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    // Alone or together with what follows, as the kernel has it.
    socket.write('PROXY\r\n');
    expect(await talk(await tlsClient(port, { socket }))).toContain('hello');
    expect(connections[0]).toMatchObject({ peer: '192.0.2.7' });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('of %s may resume a session, with any certificate', async (maxVersion) => {
    const files = testCertificates();
    const certificates = [files.make('first'), files.make('shop', { names: ['shop.example.org'] })];
    files.make('ca');
    files.make('client', { by: 'ca' });
    const { port } = await testFront({ tls: { certificates, clientCa: `${files.path('ca')}.crt` } });
    const options = { maxVersion, servername: 'shop.example.org', ...files.pem('client') };
    const first = await tlsClient(port, options);
    const session = maxVersion === 'TLSv1.2' ? first.getSession() : ((await once(first, 'session'))[0] as Buffer);
    await talk(first);
    const again = await tlsClient(port, { ...options, session });
    expect(again.isSessionReused()).toBe(true);
    expect(await talk(again)).toContain('hello');
  });
});

describe.skipIf(!hasOpenssl)('a client certificate (needs the openssl command)', () => {
  async function mutual() {
    const files = testCertificates();
    const certificates = [files.make('first'), files.make('shop', { names: ['shop.example.org'] })];
    files.make('ca');
    files.make('client', { by: 'ca' });
    files.make('stranger');
    return { files, ...(await testFront({ tls: { certificates, clientCa: `${files.path('ca')}.crt` } })) };
  }

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'that the CA signed is asked for, and no other is taken, %s',
    async (maxVersion) => {
      const { port, files, connections, front } = await mutual();
      for (const servername of ['shop.example.org', 'else.test']) {
        const options = { maxVersion, servername };
        expect(await refusal(port, options)).not.toBe('');
        expect(await refusal(port, { ...options, ...files.pem('stranger') })).not.toBe('');
      }
      expect(connections).toEqual([]);
      await expect.poll(() => front.failures).toBe(4);
      const client = await tlsClient(port, { maxVersion, servername: 'shop.example.org', ...files.pem('client') });
      expect(await talk(client)).toContain('hello');
    },
  );

  it('is asked for of HTTP/2 too', async () => {
    const { port, files } = await mutual();
    const session = await h2Client(port, files.pem('client'));
    expect(await ask(session, { ':path': '/' })).toMatchObject({ status: 200, body: Buffer.from('hello') });
    await expect(h2Client(port, files.pem('stranger'))).rejects.toThrow('closed');
  });
});

describe.skipIf(!hasOpenssl)('a reload (needs the openssl command)', () => {
  it('serves the new certificate to whoever comes, and keeps the connections there are', async () => {
    const files = testCertificates();
    const certificates = [
      files.make('first', { names: ['old.test'] }),
      files.make('shop', { names: ['shop.example.org'] }),
    ];
    const { port } = await testFront({ tls: { certificates }, pollMs: 10 });
    const servername = 'shop.example.org';
    const [socket, session] = [await tlsClient(port, { servername }), await h2Client(port)];
    const serial = async (options: ConnectionOptions) => {
      const client = await tlsClient(port, options);
      const { serialNumber } = client.getPeerCertificate();
      client.destroy();
      return serialNumber;
    };
    const before = [await serial({ servername }), await serial({})];
    files.make('shop', { names: ['shop.example.org'] });
    files.make('first', { names: ['new.test'] });
    await expect.poll(() => serial({ servername })).not.toBe(before[0]);
    await expect.poll(() => serial({})).not.toBe(before[1]);
    expect(await talk(socket)).toContain('hello');
    expect((await ask(session, { ':path': '/' })).status).toBe(200);
  });
});

describe.skipIf(!hasOpenssl)('a drain (needs the openssl command)', () => {
  it('ends handshakes, and leaves connections of HTTP/1.1 to whom they were given', async () => {
    const { port, front } = await testFront();
    const client = await tlsClient(port);
    const mute = connect(port, '127.0.0.1');
    await once(mute, 'connect');
    front.close();
    front.close();
    mute.resume();
    await once(mute, 'close');
    expect(await talk(client)).toContain('hello');
  });

  it('ends sessions that have no streams', async () => {
    const { port, front } = await testFront();
    const session = await h2Client(port);
    expect(front.open).toBe(1);
    front.close();
    const [code] = (await once(session, 'goaway')) as [number];
    expect(code).toBe(0);
    await once(session, 'close');
  });
});
