import { accessTokenSeconds, type RevocationList } from '@edgeway/auth';
import type { Logger } from '@edgeway/telemetry';
import type { SessionStore } from './sessions.ts';

/** Longer than any access token lives, clock skew included. Seconds. */
export const revocationSeconds = accessTokenSeconds + 60;

/**
 * Tells Redis of every revocation that still matters whenever it becomes reachable: one that came
 * back from an outage, or empty from a restart, must not make ended sessions live again.
 * PostgreSQL has the truth, so nothing is lost in between.
 */
export function republishRevocations(
  redis: { readonly status: string; on(event: 'ready', listener: () => void): unknown },
  sessions: Pick<SessionStore, 'revokedWithin'>,
  revocations: RevocationList,
  log: Logger,
): void {
  const publish = async (): Promise<void> => {
    const ids = await sessions.revokedWithin(revocationSeconds);
    await Promise.all(ids.map((id) => revocations.revoke(id, revocationSeconds)));
    if (ids.length > 0) log.info({ sessions: ids.length }, 'revocations published again');
  };
  const onReady = (): void => {
    publish().catch((error: unknown) =>
      log.warn({ err: error }, 'revocations not published; next try when redis is ready again'),
    );
  };
  redis.on('ready', onReady);
  if (redis.status === 'ready') onReady();
}
