import type { AccessTokenVerifier, Identity } from '@edgeway/auth';
import { CodedError, isCoded } from '@edgeway/errors';
import type { RequestHandler, Response } from 'express';
import { Passport } from 'passport';
import { Strategy as BearerStrategy } from 'passport-http-bearer';

/**
 * Requires a bearer token (RFC 6750) and leaves the identity for the handlers after it. Passport runs
 * the strategy; failures are answered as problem+json with the challenge the RFC asks for.
 */
export function authenticate(verifier: AccessTokenVerifier): RequestHandler {
  const passport = new Passport();
  const verified = async (token: string): Promise<[unknown, Identity?]> => {
    try {
      return [null, await verifier.verify(token)];
    } catch (error) {
      return [withChallenge(error)];
    }
  };
  passport.use(
    new BearerStrategy((token, done) => {
      void verified(token).then(([error, identity]) => setImmediate(done, error, identity));
    }),
  );
  return (request, response, next) => {
    // The strategy would also take a token from the query or a form; those end up in logs (RFC 9700, 4.3.2).
    if (request.headers.authorization === undefined)
      return next(new CodedError('TOKEN_MISSING', { headers: { 'www-authenticate': 'Bearer' } }));
    if (!/^Bearer [^ ]+$/i.test(request.headers.authorization)) return next(malformed());
    const settle = (error: unknown, identity?: Identity | false): void => {
      if (error !== null && error !== undefined) return next(error);
      if (identity === undefined || identity === false) return next(malformed());
      response.locals['identity'] = identity;
      next();
    };
    passport.authenticate('bearer', { session: false }, settle)(request, response, next);
  };
}

/** The identity that {@link authenticate} left. `undefined` on public routes. */
export const callerOf = (response: Response): Identity | undefined => response.locals['identity'];

/** Admits only tokens with every one of `scopes`. */
export function requireScopes(scopes: readonly string[]): RequestHandler {
  const challenge = { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"` };
  return (_request, response, next) => {
    const missing = scopes.filter((scope) => callerOf(response)?.scopes.has(scope) !== true);
    if (missing.length > 0)
      throw new CodedError('SCOPE_MISSING', {
        detail: `This needs the scope ${missing.join(' ')}.`,
        headers: challenge,
      });
    next();
  };
}

const malformed = (): unknown =>
  withChallenge(new CodedError('TOKEN_INVALID', { detail: 'Authorization must be "Bearer TOKEN".' }));

function withChallenge(error: unknown): unknown {
  if (!isCoded(error, 'TOKEN_INVALID') && !isCoded(error, 'TOKEN_EXPIRED')) return error;
  const description = isCoded(error, 'TOKEN_EXPIRED') ? ', error_description="expired"' : '';
  const headers = { 'www-authenticate': `Bearer error="invalid_token"${description}` };
  return new CodedError(error.code, { detail: error.detail, cause: error, headers });
}
