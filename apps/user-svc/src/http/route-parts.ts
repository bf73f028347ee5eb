import type { AccessTokenIssuer } from '@edgeway/auth';
import type { IdentityVerifier } from '@edgeway/service-kit/http';
import type { Accounts } from '../domain/accounts.ts';
import type { Sessions } from '../domain/sessions.ts';

/** What the routes stand on. */
export interface RouteParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: AccessTokenIssuer;
  readonly verifier: IdentityVerifier;
}
