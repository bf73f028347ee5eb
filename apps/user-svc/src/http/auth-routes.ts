import { LoginRequest, LogoutRequest, RefreshRequest, RegisterRequest, type TokenResponse } from '@edgeway/contracts';
import { jsonBody } from '@edgeway/service-kit/http';
import { Router, type Response } from 'express';
import type { RouteParts } from './route-parts.ts';

/** Signing in and out. Public: the gateway limits them strictly by address. */
export function authRoutes({ accounts, sessions }: Pick<RouteParts, 'accounts' | 'sessions'>): Router {
  const router = Router();
  router.post('/register', jsonBody(RegisterRequest), async (request, response) => {
    const user = await accounts.register(request.body);
    response.status(201).location('/api/v1/users/me').json(user);
  });
  router.post('/login', jsonBody(LoginRequest), async (request, response) => {
    sendTokens(response, await sessions.open(await accounts.authenticate(request.body)));
  });
  router.post('/refresh', jsonBody(RefreshRequest), async (request, response) => {
    sendTokens(response, await sessions.refresh(request.body.refreshToken));
  });
  router.post('/logout', jsonBody(LogoutRequest), async (request, response) => {
    await sessions.end(request.body.refreshToken);
    response.status(204).end();
  });
  return router;
}

/** Tokens are never stored on the way (RFC 6749, 5.1). */
function sendTokens(response: Response, tokens: TokenResponse): void {
  response.set('cache-control', 'no-store').json(tokens);
}
