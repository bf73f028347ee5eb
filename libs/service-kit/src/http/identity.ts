import type { Identity } from '@edgeway/auth';
import { CodedError } from '@edgeway/errors';
import type { RequestHandler, Response } from 'express';

/** Checks the gateway's internal token; `createInternalTokenVerifier` of libs/auth makes one. */
export interface IdentityVerifier {
  verify(token: string): Promise<Identity>;
}

/** Admits only requests that carry an internal identity the gateway minted. */
export function internalIdentity(verifier: IdentityVerifier): RequestHandler {
  return async (request, response, next) => {
    const match = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '');
    if (match === null) throw new CodedError('IDENTITY_MISSING');
    response.locals['identity'] = await verifier.verify(match[1]!).catch((cause: unknown) => {
      throw new CodedError('IDENTITY_INVALID', { cause });
    });
    next();
  };
}

/** The caller, after {@link internalIdentity} has run. */
export function identityOf(response: Response): Identity {
  const identity: Identity | undefined = response.locals['identity'];
  if (identity === undefined) throw new CodedError('IDENTITY_MISSING');
  return identity;
}

/** Admits only identities with `scope`. The gateway checks scopes too: each layer trusts no one's route table. */
export function requireScope(scope: string): RequestHandler {
  return (_request, response, next) => {
    if (!identityOf(response).scopes.has(scope))
      throw new CodedError('SCOPE_MISSING', { detail: `This needs the scope ${scope}.` });
    next();
  };
}
