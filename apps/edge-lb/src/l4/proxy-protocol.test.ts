import type { Address } from '@edgeway/discovery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv6Bytes, ipv6Text } from './ip-bytes.ts';
import { proxyHeader } from './proxy-protocol-encode.ts';
import { binarySignature, maxProxyHeader, parseProxyHeader, type ProxyHeader } from './proxy-protocol.ts';

const text = (line: string): Buffer => Buffer.from(line, 'latin1');
/** Version 2: what stands behind the signature, the length filled in. */
function binary(versionAndCommand: number, familyAndTransport: number, rest: Uint8Array, length = rest.length): Buffer {
  const fixed = Uint8Array.of(versionAndCommand, familyAndTransport, length >> 8, length & 0xff);
  return Buffer.concat([binarySignature, fixed, rest]);
}
const v4 = Uint8Array.of(192, 0, 2, 1, 198, 51, 100, 7, 0xdc, 0x04, 0x01, 0xbb);

const port = fc.nat(65_535);
const ipv4 = fc.ipV4();
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(ipv6Text);
const ends = (host: fc.Arbitrary<string>) =>
  fc.record({ source: fc.record({ host, port }), destination: fc.record({ host, port }) });
const connection = fc.oneof(ends(ipv4), ends(ipv6.filter((host) => !host.startsWith('::ffff:'))));
const version = fc.constantFrom(1 as const, 2 as const);
const header = fc.oneof(
  fc.tuple(version, fc.option(connection, { nil: undefined })).map((given) => proxyHeader(...given)),
  fc
    .tuple(
      fc.constantFrom(0x20, 0x21),
      fc.constantFrom(0x00, 0x11, 0x21, 0x31),
      fc.uint8Array({ minLength: 216, maxLength: 520 }),
    )
    .map((given) => binary(...given)),
);

/** What a connection that brings its bytes one by one comes to, and after how many. */
function byteByByte(bytes: Buffer) {
  for (let count = 0; count <= bytes.length; count++) {
    const progress = parseProxyHeader(bytes.subarray(0, count));
    if (!('need' in progress)) return { progress, count };
  }
  return { progress: { need: 'more' }, count: bytes.length };
}

describe('a PROXY header', () => {
  it('comes back as it was sent', () => {
    fc.assert(
      fc.property(version, connection, (version, connection) => {
        const bytes = proxyHeader(version, connection);
        expect(parseProxyHeader(bytes)).toEqual({ length: bytes.length, command: 'PROXY', ...connection });
      }),
    );
  });

  it('ends where it ends, whatever follows', () => {
    fc.assert(
      fc.property(header, fc.uint8Array(), (bytes, rest) => {
        expect(parseProxyHeader(Buffer.concat([bytes, rest]))).toEqual(parseProxyHeader(bytes));
        expect(parseProxyHeader(bytes)).toMatchObject({ length: bytes.length });
      }),
    );
  });

  it('that is cut anywhere needs more', () => {
    fc.assert(
      fc.property(header, (bytes) => {
        expect(byteByByte(bytes).count).toBe(bytes.length);
      }),
    );
  });

  it('comes to the same byte by byte as at once, however broken, and within its bound', () => {
    const broken = fc.tuple(header, fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 3 }), fc.uint8Array());
    fc.assert(
      fc.property(broken, ([bytes, changes, rest]) => {
        const mutated = Buffer.concat([bytes, rest]);
        for (const [at, byte] of changes) mutated[at % mutated.length] = byte;
        const { progress, count } = byteByByte(mutated);
        expect(progress).toEqual(parseProxyHeader(mutated));
        expect(count).toBeLessThanOrEqual(maxProxyHeader);
      }),
      { numRuns: 500 },
    );
  });

  it('is never an exception', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseProxyHeader(Buffer.from(bytes))));
    const signed = fc.uint8Array().map((bytes) => Buffer.concat([binarySignature, bytes]));
    fc.assert(fc.property(signed, (bytes) => void parseProxyHeader(bytes)));
  });
});

describe('version 1', () => {
  const of = (family: string, source: string, destination: string) =>
    `PROXY ${family} ${source} ${destination} 65535 65535\r\n`;
  const longest = 'ffff:f...f:ffff'.replace('f...f', Array(6).fill('ffff').join(':'));
  const end = (host: string): Address => ({ host, port: 65_535 });

  it.each<[string, Partial<ProxyHeader>]>([
    // The longest lines of each kind, from the specification.
    [of('TCP4', '255.255.255.255', '255.255.255.255'), { source: end('255.255.255.255'), length: 56 }],
    [of('TCP6', longest, longest), { source: end(longest), destination: end(longest), length: 104 }],
    [of('UNKNOWN', longest, longest), { length: 107 }],
    ['PROXY UNKNOWN\r\n', { length: 15 }],
    [
      'PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\nGET / HTTP/1.1\r\n',
      { source: { host: '192.168.0.1', port: 56_324 } },
    ],
  ])('%j', (line, expected) => {
    const parsed = parseProxyHeader(text(line));
    expect(parsed).toMatchObject({ command: 'PROXY', ...expected });
    expect('source' in parsed).toBe('source' in expected);
  });

  it.each([
    ['GET / HTTP/1.1\r\n', 'signature-missing'],
    ['PROXY\r\n', 'signature-missing'],
    ['proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n', 'signature-missing'],
    ['PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n', 'line-invalid'],
    ['PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n', 'line-invalid'],
    ['PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n', 'line-invalid'],
    ['PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n', 'line-invalid'],
    ['PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n', 'line-invalid'],
    ['PROXY TCP4 1.1.1.1 1.1.1.1 1 1\rx', 'line-invalid'],
    ['PROXY UNKNOWNX\r\n', 'line-invalid'],
    ['PROXY TCP4 1.1.1.1 1.1.1.256 1 1\r\n', 'address-invalid'],
    ['PROXY TCP4 ::1 ::1 1 1\r\n', 'address-invalid'],
    ['PROXY TCP6 1.1.1.1 1.1.1.1 1 1\r\n', 'address-invalid'],
    ['PROXY TCP6 fe80::1%eth0 ::1 1 1\r\n', 'address-invalid'],
    ['PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n', 'address-invalid'],
    ['PROXY TCP4 1.1.1.1 1.1.1.1 01 1\r\n', 'address-invalid'],
    [`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`, 'too-long'],
    [`PROXY ${'x'.repeat(100)}`, 'too-long'],
  ])('%j is refused: %s', (line, fault) => {
    expect(parseProxyHeader(text(line))).toEqual({ fault });
  });
});

describe('version 2', () => {
  it('is the bytes the specification says', () => {
    const source = { host: '192.0.2.1', port: 56_324 };
    const destination = { host: '198.51.100.7', port: 443 };
    expect(proxyHeader(2, { source, destination })).toEqual(binary(0x21, 0x11, v4));
    expect(parseProxyHeader(binary(0x21, 0x11, v4))).toMatchObject({ length: 28, source, destination });
  });

  it('may hold TLVs, which are skipped', () => {
    const tlvs = Uint8Array.of(...v4, 0x04, 0, 3, 1, 2, 3); // PP2_TYPE_NOOP
    expect(parseProxyHeader(binary(0x21, 0x11, tlvs))).toMatchObject({ length: 34, source: { host: '192.0.2.1' } });
  });

  it.each([
    ['LOCAL', binary(0x20, 0, Uint8Array.of()), 'LOCAL'],
    ['LOCAL, whatever follows', binary(0x20, 0xff, v4), 'LOCAL'],
    ['of an unspecified family', binary(0x21, 0, Uint8Array.of(1, 2, 3)), 'PROXY'],
    ['of an unspecified transport', binary(0x21, 0x10, v4), 'PROXY'],
    ['of UNIX sockets', binary(0x21, 0x31, new Uint8Array(216)), 'PROXY'],
  ])('%s names no source', (_name, bytes, command) => {
    expect(parseProxyHeader(bytes)).toEqual({ length: bytes.length, command });
  });

  it.each([
    ['another version', binary(0x11, 0x11, v4), 'version-unsupported'],
    ['another command', binary(0x22, 0x11, v4), 'command-unknown'],
    ['another family', binary(0x21, 0x41, v4), 'family-unknown'],
    ['another transport', binary(0x21, 0x13, v4), 'family-unknown'],
    ['no room for its addresses', binary(0x21, 0x11, v4.subarray(1)), 'address-invalid'],
    ['IPv4 addresses where there should be IPv6', binary(0x21, 0x21, v4), 'address-invalid'],
    ['64 KiB to come', binary(0x21, 0x11, v4, 65_535), 'too-long'],
    ['64 KiB to come, LOCAL', binary(0x20, 0, v4, 65_535), 'too-long'],
    ['one byte more than the bound', binary(0x21, 0x11, v4, 521), 'too-long'],
    ['another signature', Buffer.from('\r\n\r\n\0\r\nQUIX\n'), 'signature-missing'],
  ])('with %s is refused as soon as that is known', (_name, bytes, fault) => {
    expect(parseProxyHeader(bytes.subarray(0, 16))).toEqual({ fault });
    expect(parseProxyHeader(bytes)).toEqual({ fault });
  });
});

describe('proxyHeader', () => {
  it.each([1, 2] as const)('version %i of the balancer itself names no source', (version) => {
    const bytes = proxyHeader(version, undefined);
    expect(parseProxyHeader(bytes)).toEqual({ length: bytes.length, command: version === 1 ? 'PROXY' : 'LOCAL' });
  });

  it.each([
    ['::ffff:10.0.0.1', '::ffff:10.0.0.2', '10.0.0.1', '10.0.0.2'],
    ['10.0.0.1', '::ffff:10.0.0.2', '10.0.0.1', '10.0.0.2'],
    ['10.0.0.1', '2001:db8::1', '::ffff:10.0.0.1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::2', 'fe80::1', 'fe80::2'],
  ])('makes one family of %s and %s', (source, destination, from, to) => {
    for (const version of [1, 2] as const) {
      const bytes = proxyHeader(version, {
        source: { host: source, port: 1 },
        destination: { host: destination, port: 2 },
      });
      expect(parseProxyHeader(bytes)).toMatchObject({
        source: { host: from, port: 1 },
        destination: { host: to, port: 2 },
      });
    }
  });
});

describe('ipv6Bytes', () => {
  it('is the inverse of ipv6Text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 1, 255), { minLength: 16, maxLength: 16 }), (bytes) => {
        expect([...ipv6Bytes(ipv6Text(Uint8Array.from(bytes)))]).toEqual(bytes);
      }),
    );
  });

  it.each([
    ['::', 0, 0],
    ['::1', 0, 1],
    ['1::', 1, 0],
    ['::ffff:1.2.3.4', 0, 4],
  ])('reads %s', (host, second, last) => {
    const bytes = ipv6Bytes(host);
    expect([bytes.length, bytes[1], bytes[15]]).toEqual([16, second, last]);
  });
});
