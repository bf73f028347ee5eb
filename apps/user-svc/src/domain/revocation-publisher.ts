import { accessTokenSeconds, type RevocationList } from '@edgeway/auth';
import { backoff, retry } from '@edgeway/resilience';
import type { Logger } from '@edgeway/telemetry';
import type { SessionStore } from './session-store.ts';

/** Longer than any access token lives, clock skew included. Seconds. */
export const revocationSeconds = accessTokenSeconds + 60;

/** Tells the gateways, through Redis, which sessions have ended. The truth is in PostgreSQL before. */
export interface RevocationPublisher {
  /** Never rejects: what Redis does not take now, it is told again until it does. */
  publish(sessionId: string): Promise<void>;
  /** Tells of every revocation that still matters. For a Redis that was away, or came back empty. */
  republish(): void;
}

export interface RevocationPublisherParts {
  readonly sessions: Pick<SessionStore, 'revokedWithin'>;
  readonly revocations: Pick<RevocationList, 'revoke'>;
  readonly log: Logger;
  /** Ends the repeating. */
  readonly signal: AbortSignal;
  /** Milliseconds before the next try. Default: full jitter, up to 2 s. */
  readonly delay?: (attempt: number) => number;
}

export function createRevocationPublisher({
  sessions,
  revocations,
  log,
  signal,
  delay = backoff({ baseMs: 100, capMs: 2000, random: Math.random }),
}: RevocationPublisherParts): RevocationPublisher {
  let wanted = false;
  let running = false;
  const publishAll = async (): Promise<void> => {
    const ids = await sessions.revokedWithin(revocationSeconds);
    await Promise.all(ids.map((id) => revocations.revoke(id, revocationSeconds)));
    if (ids.length > 0) log.info({ sessions: ids.length }, 'revocations published again');
  };
  const run = async (): Promise<void> => {
    // Whoever asks in mid-turn is asking about a session this turn may not have read: one more.
    while (wanted) {
      wanted = false;
      await retry(publishAll, { attempts: Number.POSITIVE_INFINITY, delay, signal });
    }
  };
  const republish = (): void => {
    wanted = true;
    if (running || signal.aborted) return;
    running = true;
    run()
      .catch((error: unknown) => log.debug({ err: error }, 'republishing ended'))
      .finally(() => (running = false));
  };
  return {
    republish,
    publish: (sessionId) =>
      revocations.revoke(sessionId, revocationSeconds).catch((error: unknown) => {
        log.warn({ err: error, sessionId }, 'revocation is in the database only, until redis takes it');
        republish();
      }),
  };
}
