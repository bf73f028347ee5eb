import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parsePreface } from './preface.ts';
import { realClientHello } from './testing/client-hello.ts';

const header = Buffer.from('PROXY TCP4 203.0.113.9 198.51.100.7 4711 443\r\n');
const source = { host: '203.0.113.9', port: 4711 };
let hello: Buffer;
beforeAll(async () => {
  hello = await realClientHello({ servername: 'shop.example.org' });
});

describe('parsePreface', () => {
  it('reads header and hello behind each other, cut anywhere, and leaves what is the endpoint’s', () => {
    const whole = Buffer.concat([header, hello]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.uint8Array(), (cut, rest) => {
        const parts = { proxyHeader: true, clientHello: true };
        expect(parsePreface(whole.subarray(0, cut), parts)).toEqual({ need: 'more' });
        const bytes = Buffer.concat([whole, rest]);
        expect(parsePreface(bytes, parts)).toMatchObject({
          source,
          hello: { serverName: 'shop.example.org' },
          bytes: bytes.subarray(header.length),
        });
      }),
    );
  });

  it('reads what it is asked for only', () => {
    expect(parsePreface(hello, { proxyHeader: false, clientHello: true })).toMatchObject({ bytes: hello });
    expect(parsePreface(header, { proxyHeader: true, clientHello: false })).toMatchObject({
      source,
      bytes: Buffer.alloc(0),
    });
    expect(parsePreface(header, { proxyHeader: false, clientHello: true })).toEqual({ fault: 'not-tls' });
    expect(parsePreface(hello, { proxyHeader: true, clientHello: true })).toEqual({ fault: 'signature-missing' });
  });

  it('answers within the bounds of both', () => {
    const endless = Buffer.concat([header, Buffer.from([22, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xf8]), Buffer.alloc(20_000)]);
    const parts = { proxyHeader: true, clientHello: true };
    expect(parsePreface(endless.subarray(0, header.length + 16 * 1024), parts)).toEqual({ fault: 'too-long' });
  });
});
