import { CodedError } from '@edgeway/errors';
import type { ServiceClient } from '@edgeway/service-client';
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';

/** Between two looks for a key that is not known: an attacker's made-up kids cost at most this. */
const cooldownMs = 5000;
/** How long keys are used before they are fetched anew. */
const maxAgeMs = 10 * 60_000;

/**
 * The issuer's published keys, fetched through the platform's own way to the service, so that it
 * works in every pattern. Kept for ten minutes; an unknown kid fetches them anew.
 */
export function remoteKeys(upstream: ServiceClient, path: string): JWTVerifyGetKey {
  const load = async (_url: string, { signal }: { readonly signal?: AbortSignal | null }): Promise<Response> => {
    const { status, body } = await upstream.request({
      method: 'GET',
      path,
      headers: { accept: 'application/json' },
      signal: signal ?? undefined,
    });
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return new Response(Buffer.concat(chunks), { status });
  };
  const keys = createRemoteJWKSet(new URL(`http://${upstream.service}${path}`), {
    cooldownDuration: cooldownMs,
    cacheMaxAge: maxAgeMs,
    timeoutDuration: 2000,
    [customFetch]: load,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      // A key that does not exist is the token's fault; keys that cannot be read are ours.
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      if (error instanceof errors.JOSENotSupported) throw error;
      throw new CodedError('IDENTITY_KEYS_UNAVAILABLE', { cause: error });
    }
  };
}
