import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxClientHello, parseClientHello } from './client-hello.ts';
import { realClientHello } from './testing/client-hello.ts';

const serverName = 'shop.example.org';
const alpn = ['h2', 'http/1.1'];
let real: Buffer;
beforeAll(async () => {
  real = await realClientHello({ servername: serverName, ALPNProtocols: alpn });
});

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
const vector = (...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u16(body.length), body]);
};
const record = (fragment: Uint8Array): Buffer => Buffer.concat([Uint8Array.of(22, 3, 1), vector(fragment)]);
const extension = (type: number, ...body: Uint8Array[]): Buffer => Buffer.concat([u16(type), vector(...body)]);
const named = (name: string): Buffer => extension(0, vector(Uint8Array.of(0), vector(Buffer.from(name, 'latin1'))));
const message = (body: Uint8Array, type = 1): Buffer =>
  Buffer.concat([Uint8Array.of(type, body.length >> 16), u16(body.length & 0xffff), body]);
const beforeExtensions = Buffer.concat([u16(0x0303), new Uint8Array(32), Uint8Array.of(0, 0, 2, 0x13, 0x01, 1, 0)]);
const hello = (...extensions: Uint8Array[]): Buffer =>
  record(message(Buffer.concat([beforeExtensions, vector(...extensions)])));
/** The message of one record, cut over records of `size` bytes. */
function rerecorded(whole: Buffer, size: number): Buffer {
  const body = whole.subarray(5);
  const starts = Array.from({ length: Math.ceil(body.length / size) }, (_, i) => i * size);
  return Buffer.concat(starts.map((start) => record(body.subarray(start, start + size))));
}
function byteByByte(bytes: Buffer) {
  for (let count = 0; count <= bytes.length; count++) {
    const progress = parseClientHello(bytes.subarray(0, count));
    if (!('need' in progress)) return { progress, count };
  }
  return { progress: { need: 'more' }, count: bytes.length };
}

describe('a real ClientHello', () => {
  it('tells the server name and the protocols', () => {
    expect(parseClientHello(real)).toEqual({ serverName, alpn });
  });

  it('tells neither when the client does not', async () => {
    expect(parseClientHello(await realClientHello({}))).toEqual({ alpn: [] });
  });

  it('of TLS 1.2 is read too', async () => {
    const old = await realClientHello({ servername: serverName, maxVersion: 'TLSv1.2' });
    expect(parseClientHello(old)).toEqual({ serverName, alpn: [] });
  });

  it('needs more wherever it is cut', () => {
    expect(byteByByte(real).count).toBe(real.length);
  });

  it('is the same over several records, whatever follows', () => {
    fc.assert(
      fc.property(fc.integer({ min: real.length >> 5, max: real.length }), fc.uint8Array(), (size, rest) => {
        const bytes = Buffer.concat([rerecorded(real, size), rest]);
        expect(parseClientHello(bytes)).toEqual({ serverName, alpn });
      }),
    );
  });

  it('that is changed never throws, and comes to the same byte by byte as at once', () => {
    const change = fc.tuple(fc.nat(real.length - 1), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 50, max: 2000 }),
        (changes, size) => {
          const mutated = rerecorded(real, size);
          for (const [at, byte] of changes) mutated[at] = byte;
          expect(byteByByte(mutated).progress).toEqual(parseClientHello(mutated));
        },
      ),
    );
  });
});

describe('parseClientHello', () => {
  it('never throws on garbage', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseClientHello(Buffer.from(bytes))));
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseClientHello(record(message(bytes)))));
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseClientHello(hello(bytes))));
  });

  it.each<[string, () => Buffer, object]>([
    ['no extensions at all', () => record(message(beforeExtensions)), { alpn: [] }],
    ['an empty list of extensions', () => hello(), { alpn: [] }],
    ['a name in capitals', () => hello(named('Shop.Example.ORG')), { serverName, alpn: [] }],
    [
      'extensions it does not know',
      () => hello(extension(0xffff, u16(1)), named(serverName)),
      { serverName, alpn: [] },
    ],
  ])('reads a hello with %s', (_what, bytes, expected) => {
    expect(parseClientHello(bytes())).toEqual(expected);
  });

  it.each<[string, () => Buffer, string]>([
    ['HTTP', () => Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'not-tls'],
    ['SSL 2', () => Buffer.from('802e0100', 'hex'), 'not-tls'],
    [
      'an alert in the midst of it',
      () => Buffer.concat([rerecorded(real, 10).subarray(0, 15), Uint8Array.of(21)]),
      'record-invalid',
    ],
    ['an empty record', () => record(Uint8Array.of()), 'record-invalid'],
    ['another message', () => record(message(beforeExtensions, 2)), 'hello-invalid'],
    ['a message of 16 MiB', () => record(Uint8Array.of(1, 255, 255, 255)), 'too-long'],
    ['records of one byte each', () => rerecorded(real, 1), 'too-long'],
    [
      'bytes behind the extensions',
      () => record(message(Buffer.concat([beforeExtensions, vector(), u16(0)]))),
      'hello-invalid',
    ],
    ['an extension longer than all of them', () => hello(u16(0), u16(99)), 'hello-invalid'],
    [
      'two server names, in one extension',
      () => hello(extension(0, vector(...[1, 2].map(() => named('a').subarray(6))))),
      'server-name-invalid',
    ],
    ['two server names, in two extensions', () => hello(named('a'), named('b')), 'hello-invalid'],
    ['an empty name', () => hello(named('')), 'server-name-invalid'],
    ['NUL in its name', () => hello(named('a\0b')), 'server-name-invalid'],
    ['a name that ends with a dot', () => hello(named('a.')), 'server-name-invalid'],
    ['a name that is too long', () => hello(named('a'.repeat(256))), 'server-name-invalid'],
    ['an empty protocol', () => hello(extension(16, vector(Uint8Array.of(0)))), 'hello-invalid'],
    ['no protocol', () => hello(extension(16, vector())), 'hello-invalid'],
  ])('refuses %s', (_what, bytes, fault) => {
    expect(parseClientHello(bytes())).toEqual({ fault });
    const { progress, count } = byteByByte(bytes());
    expect(progress).toEqual({ fault });
    expect(count).toBeLessThanOrEqual(maxClientHello);
  });
});
