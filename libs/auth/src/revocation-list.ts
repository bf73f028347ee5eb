import type { Redis } from 'ioredis';

/** Sessions that were ended before their access tokens expired, known to all gateways through Redis. */
export interface RevocationList {
  revoke(sessionId: string, ttlSeconds: number): Promise<void>;
  /** Rejects when Redis does not answer: the caller decides, "not known" is not "not revoked". */
  isRevoked(sessionId: string): Promise<boolean>;
}

const keyOf = (sessionId: string): string => `revoked:session:${sessionId}`;

export function createRevocationList(redis: Pick<Redis, 'set' | 'exists'>): RevocationList {
  return {
    async revoke(sessionId, ttlSeconds) {
      await redis.set(keyOf(sessionId), '1', 'EX', ttlSeconds);
    },
    isRevoked: async (sessionId) => (await redis.exists(keyOf(sessionId))) === 1,
  };
}
