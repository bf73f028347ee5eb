import type { Identity, RevocationList } from '@edgeway/auth';
import { CodedError } from '@edgeway/errors';
import { withDeadline } from '@edgeway/resilience';
import type { ServiceClient } from '@edgeway/service-client';
import { z } from 'zod';

export interface SessionCheckParts {
  readonly revocations: Pick<RevocationList, 'isRevoked'>;
  /** Whether "not known as ended" means anything yet; see redisMemory. */
  readonly remembers: () => boolean;
  readonly users: Pick<ServiceClient, 'request'>;
  readonly mint: (identity: Identity) => Promise<string>;
}

const Answer = z.object({ active: z.boolean() });
const deadlineMs = 1500;

/**
 * Whether the login behind a token still holds, asked on every request: a token that was signed an
 * instant before the logout is refused an instant after. Redis knows; while it does not answer, the
 * service that owns the sessions is asked.
 *
 * @throws CodedError SESSION_REVOKED; SESSION_CHECK_UNAVAILABLE when neither answers: not knowing is not admitting.
 */
export function sessionCheck({
  revocations,
  remembers,
  users,
  mint,
}: SessionCheckParts): (identity: Identity) => Promise<void> {
  const askService = async (identity: Identity): Promise<boolean> => {
    const headers = { authorization: `Bearer ${await mint(identity)}` };
    const path = `/internal/sessions/${encodeURIComponent(identity.sessionId)}`;
    return withDeadline(deadlineMs, undefined, async (signal) => {
      const { status, body } = await users.request({ method: 'GET', path, headers, signal });
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(chunk);
      if (status !== 200) throw new Error(`session check answered ${status}`);
      return Answer.parse(JSON.parse(Buffer.concat(chunks).toString())).active;
    });
  };
  return async (identity) => {
    const active = await revocations
      .isRevoked(identity.sessionId)
      .then((revoked) => !revoked && (remembers() || askService(identity)))
      .catch(() => askService(identity))
      .catch((cause: unknown) => {
        throw new CodedError('SESSION_CHECK_UNAVAILABLE', { cause });
      });
    if (!active)
      throw new CodedError('SESSION_REVOKED', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  };
}
