import { createHash, randomBytes } from 'node:crypto';
import { adminScopes, userScopes, type AccessTokenIssuer } from '@edgeway/auth';
import type { TokenResponse } from '@edgeway/contracts';
import { CodedError } from '@edgeway/errors';
import type { Role, UserStore } from './accounts.ts';
import type { RevocationPublisher } from './revocation-publisher.ts';
import type { SessionStore } from './session-store.ts';

/** A login holds this long, however often it is refreshed: absolute, not sliding. Days. */
const sessionDays = 14;

export interface Sessions {
  open(user: { readonly id: string; readonly role: Role }): Promise<TokenResponse>;
  /**
   * Rotates: the token shown is spent, another takes its place. One that was spent before ends the
   * session (RFC 9700, 4.14.2), since either its holder or whoever rotated it is not the owner. There
   * is no grace for a client that sends one twice: a thief would have it too.
   *
   * @throws CodedError REFRESH_TOKEN_INVALID
   */
  refresh(refreshToken: string): Promise<TokenResponse>;
  /** Ends the session: its refresh token is void, its access tokens are refused by every gateway. Unknown tokens are fine. */
  end(refreshToken: string): Promise<void>;
  isActive(sessionId: string): Promise<boolean>;
}

export interface SessionsParts {
  readonly sessions: SessionStore;
  readonly users: Pick<UserStore, 'byId'>;
  readonly tokens: AccessTokenIssuer;
  readonly publisher: Pick<RevocationPublisher, 'publish'>;
}

/** Only the hash is stored: a copy of the table opens no session. */
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
const newToken = (): string => randomBytes(32).toString('base64url');

export function createSessions({ sessions, users, tokens, publisher }: SessionsParts): Sessions {
  const answer = async (
    userId: string,
    role: Role,
    sessionId: string,
    refreshToken: string,
  ): Promise<TokenResponse> => {
    const scopes = role === 'admin' ? adminScopes : userScopes;
    const { token, expiresIn } = await tokens.issue({ userId, scopes, sessionId });
    return { accessToken: token, refreshToken, tokenType: 'Bearer', expiresIn };
  };
  return {
    async open({ id, role }) {
      const refreshToken = newToken();
      const expiresAt = new Date(Date.now() + sessionDays * 86_400_000);
      return answer(id, role, await sessions.open(id, hashOf(refreshToken), expiresAt), refreshToken);
    },
    async refresh(refreshToken) {
      const successor = newToken();
      const rotation = await sessions.rotate(hashOf(refreshToken), hashOf(successor));
      if (rotation.outcome === 'reused') await publisher.publish(rotation.sessionId);
      if (rotation.outcome !== 'rotated') throw new CodedError('REFRESH_TOKEN_INVALID');
      const user = await users.byId(rotation.userId);
      if (user === undefined) throw new CodedError('REFRESH_TOKEN_INVALID');
      return answer(user.id, user.role, rotation.sessionId, successor);
    },
    async end(refreshToken) {
      const sessionId = await sessions.revokeByToken(hashOf(refreshToken));
      if (sessionId !== undefined) await publisher.publish(sessionId);
    },
    isActive: (sessionId) => sessions.isActive(sessionId),
  };
}
