import { internalIdentity, requestIdOf, type IdentityVerifier } from '@edgeway/service-kit/http';
import type { Logger } from '@edgeway/telemetry';
import { Router } from 'express';
import { loadHome, type HomeSources } from '../home/load-home.ts';

export interface HomeRoutesOptions extends Omit<HomeSources, 'onMissing'> {
  readonly verifier: IdentityVerifier;
  readonly log: Logger;
}

/** The phone's first screen. The caller's internal identity and request id go along to the services. */
export function homeRoutes({ verifier, log, ...sources }: HomeRoutesOptions): Router {
  const router = Router();
  router.get('/mobile/v1/home', internalIdentity(verifier), async (request, response) => {
    const requestId = requestIdOf(response);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const headers = { authorization: request.headers.authorization ?? '', 'x-request-id': requestId };
    const onMissing: HomeSources['onMissing'] = (part, error) => {
      if (!gone.signal.aborted) log.warn({ err: error, part, requestId }, 'part missing from home');
    };
    const home = await loadHome({ ...sources, onMissing }, { headers, signal: gone.signal });
    response.set('cache-control', 'no-store').json(home);
  });
  return router;
}
