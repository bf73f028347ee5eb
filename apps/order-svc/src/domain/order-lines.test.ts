import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineOf, mergeLines, totalOf } from './order-lines.ts';

const productId = (n: number): string => `5eed0000-0000-4000-8000-0000000000a${n}`;
const lines = fc.array(
  fc.record({ productId: fc.integer({ min: 0, max: 9 }).map(productId), quantity: fc.integer({ min: 1, max: 100 }) }),
  { minLength: 1, maxLength: 50 },
);
const pieces = (of: readonly { quantity: number }[]): number => of.reduce((sum, { quantity }) => sum + quantity, 0);

describe('mergeLines', () => {
  it('loses and adds no piece, and names each product once, in the order of ids', () => {
    fc.assert(
      fc.property(lines, (requested) => {
        const merged = mergeLines({ lines: requested });
        expect(pieces(merged)).toBe(pieces(requested));
        const ids = [...new Set(requested.map((line) => line.productId))].toSorted();
        expect(merged.map((line) => line.productId)).toEqual(ids);
      }),
    );
  });

  it('gives the same for any order of the same lines', () => {
    const shuffled = lines.chain((requested) =>
      fc.tuple(fc.constant(requested), fc.shuffledSubarray(requested, { minLength: requested.length })),
    );
    fc.assert(
      fc.property(shuffled, ([requested, other]) => {
        expect(mergeLines({ lines: other })).toEqual(mergeLines({ lines: requested }));
      }),
    );
  });

  it('takes an id in upper case for the same product', () => {
    const id = productId(1);
    const requested = [id, id.toUpperCase()].map((spelling) => ({ productId: spelling, quantity: 2 }));
    expect(mergeLines({ lines: requested })).toEqual([{ productId: id, quantity: 4 }]);
  });
});

describe('totalOf', () => {
  const priced = fc.record({
    amount: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    quantity: fc.integer({ min: 1, max: 100 }),
  });

  it('is exact to the cent for every order that can be placed', () => {
    fc.assert(
      fc.property(fc.array(priced, { minLength: 1, maxLength: 50 }), (items) => {
        const exact = items.reduce((sum, { amount, quantity }) => sum + BigInt(amount) * BigInt(quantity), 0n);
        const bought = items.map(({ amount, quantity }) =>
          lineOf({ id: productId(0), name: 'Mug', price: { amount, currency: 'EUR' } }, quantity),
        );
        expect(BigInt(totalOf(bought).amount)).toBe(exact);
      }),
    );
  });
});
