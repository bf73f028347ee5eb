import { describe, expect, it } from 'vitest';
import { examine, fuzz, inputOf } from './fuzz.ts';
import { bytesOf, keptSeeds, printable } from './kept-seeds.ts';
import { readStrict } from './read-strict.ts';
import type { Reader } from './reading.ts';

const seed = 20_261_124;

const told = (finding: unknown): string => printable(finding ?? null, 2);

describe('libs/http1 beside Node', () => {
  it('understands every kept input no more laxly', async () => {
    const found = (await examine(keptSeeds().map(bytesOf), readStrict)).filter((finding) => finding !== undefined);
    expect(found, told(found)).toEqual([]);
  });

  it('understands 2,000 generated inputs no more laxly, and accepts enough of them to tell', async () => {
    const { finding, accepted, iterations } = await fuzz({ seed, goOn: (iteration) => iteration < 2000 }, readStrict);
    expect(finding, told(finding)).toBeUndefined();
    expect(accepted / iterations).toBeGreaterThan(0.3);
  });
});

/** Parsers as they should not be: what is wrong is made right before a strict one sees it. */
const lax: Record<string, (text: string) => string> = {
  'takes a bare LF for a line end': (text) => text.replaceAll(/(?<!\r)\n/g, '\r\n'),
  'forgives white space before a colon': (text) => text.replaceAll(/^([\w-]+)[ \t]+:/gm, '$1:'),
  'lets Transfer-Encoding win over Content-Length': (text) =>
    /^transfer-encoding:/im.test(text) ? text.replaceAll(/^content-length:.*\r\n/gim, '') : text,
  'takes the first of two Content-Lengths': (text) => text.replaceAll(/^(content-length: \d+\r\n)\1+/gim, '$1'),
  'drops NUL': (text) => text.replaceAll('\0', ''),
};

describe('the fuzzer', () => {
  it.each(Object.entries(lax))('finds a parser that %s', async (_, forgive) => {
    const reader: Reader = (bytes, pieceBytes) =>
      readStrict(Buffer.from(forgive(bytes.toString('latin1')), 'latin1'), pieceBytes);
    const { finding } = await fuzz({ seed, goOn: (iteration) => iteration < 5000 }, reader);
    expect(finding?.what).toMatch(/^message \d/);
  });

  it('finds a parser that depends on how the network cut the bytes', async () => {
    const reader: Reader = (bytes, pieceBytes) =>
      pieceBytes === undefined ? readStrict(bytes) : readStrict(bytes.subarray(0, -1));
    expect((await fuzz({ seed, goOn: (iteration) => iteration < 500 }, reader)).finding?.what).toMatch(/pieces/);
  });

  it('makes the same input of the same seed and iteration', () => {
    expect(inputOf(7, 42)).toBe(inputOf(7, 42));
    expect(inputOf(7, 42)).not.toBe(inputOf(8, 42));
  });
});
