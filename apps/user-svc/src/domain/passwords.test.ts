import { isCoded } from '@edgeway/errors';
import { describe, expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

describe('passwords', () => {
  it('are kept as argon2id with the parameters OWASP asks for, each with a salt of its own', async () => {
    const passwords = createPasswords();
    const [one, other] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await passwords.verify(one, 'correct horse')).toBe(true);
    expect(await passwords.verify(one, 'correct hors')).toBe(false);
  });

  it('take as long to refuse for someone unknown as for a wrong one', async () => {
    const passwords = createPasswords();
    const known = await passwords.hash('correct horse');
    const fastest = async (hash: string | undefined): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 7; round++) {
        const began = performance.now();
        expect(await passwords.verify(hash, 'wrong')).toBe(false);
        times.push(performance.now() - began);
      }
      return Math.min(...times);
    };
    const ratio = (await fastest(undefined)) / (await fastest(known));
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('are hashed a few at a time: some wait, the rest are refused at once, and then there is room again', async () => {
    const passwords = createPasswords({ concurrency: 1, queue: 2 });
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        passwords.hash('x').then(
          () => 'hashed',
          (error: unknown) => isCoded(error, 'HASHING_BUSY') && 'busy',
        ),
      ),
    );
    expect(outcomes).toEqual(['hashed', 'hashed', 'hashed', 'busy', 'busy', 'busy']);
    expect(await Promise.all([passwords.hash('x'), passwords.hash('x'), passwords.hash('x')])).toHaveLength(3);
  });

  it('that cannot be verified give their turn back', async () => {
    const passwords = createPasswords({ concurrency: 1, queue: 0 });
    await expect(passwords.verify('no hash', 'x')).rejects.toBeInstanceOf(Error);
    expect(await passwords.hash('x')).toContain('argon2id');
  });
});
