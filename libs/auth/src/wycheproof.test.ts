import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isCoded } from '@edgeway/errors';
import { createLocalJWKSet, type JWK } from 'jose';
import { expect, it } from 'vitest';
import { createAccessTokenVerifier } from './access-token.ts';
import { generateKeyPair } from './keys.ts';

interface Vectors {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly public?: JWK;
    readonly private?: JWK;
    readonly tests: readonly { readonly tcId: number; readonly jws: unknown }[];
  }[];
}

/** C2SP Wycheproof, Apache-2.0; not copied into this repository. */
const file = resolve(import.meta.dirname, '../../../../shared/corpora/wycheproof/json_web_signature_test.json');

it.skipIf(!existsSync(file))(
  'every Wycheproof vector is refused with a code, even next to the key it was made with: none is EdDSA (skipped without ../shared/corpora)',
  async () => {
    const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));
    const { publicJwk } = await generateKeyPair();
    const verdicts: unknown[] = [];
    for (const group of vectors.testGroups) {
      const theirs = group.public ?? group.private;
      const keys = createLocalJWKSet({ keys: [publicJwk, ...(theirs === undefined ? [] : [theirs])] });
      const { verify } = createAccessTokenVerifier({ keys });
      for (const { tcId, jws } of group.tests) {
        const token = typeof jws === 'string' ? jws : JSON.stringify(jws);
        const refused = await verify(token).then(
          () => false,
          (error: unknown) => isCoded(error, 'TOKEN_INVALID'),
        );
        if (!refused) verdicts.push(tcId);
      }
    }
    expect(vectors.numberOfTests).toBeGreaterThan(400);
    expect(verdicts).toEqual([]);
  },
);
