import { Router } from 'express';
import type { ServiceContext } from '../run-service.ts';

/** A named check; it rejects when the service should get no traffic. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<void>>>;

/**
 * `/livez`: the process answers. `/readyz`: send it traffic. A draining replica is alive but not
 * ready. Checks are for what this replica alone lacks: a shared store that is down makes every
 * replica equally unable, and taking all of them out of the pool helps nobody.
 */
export function health({ draining }: Pick<ServiceContext, 'draining'>, checks: ReadinessChecks): Router {
  const router = Router();
  router.get('/livez', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    const failed = draining.aborted ? ['draining'] : await failing(checks);
    response
      .status(failed.length === 0 ? 200 : 503)
      .json(failed.length === 0 ? { status: 'ok' } : { status: 'unavailable', failed });
  });
  return router;
}

async function failing(checks: ReadinessChecks): Promise<string[]> {
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, check]) =>
      check().then(
        () => undefined,
        () => name,
      ),
    ),
  );
  return outcomes.filter((name) => name !== undefined);
}
