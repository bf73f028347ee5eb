import { setTimeout as wait } from 'node:timers/promises';

/** One path a layer: keys come from user-svc, products from order-svc, both by way of every balancer and a gateway. */
const paths = ['/.well-known/jwks.json', '/api/v1/products?limit=1'];
const patienceMs = 15_000;

/**
 * Waits until the front door serves. Each process being ready is not enough: a balancer has yet to
 * hear of the last replica.
 *
 * @throws Error with the last answer when it does not come to that.
 */
export async function frontDoorServes(url: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (const path of paths) {
    for (;;) {
      const answer = await fetch(url + path, { signal: AbortSignal.timeout(2000) }).then(
        ({ status }) => status,
        String,
      );
      if (answer === 200) break;
      if (performance.now() > deadline)
        throw new Error(`the front door does not serve ${path}: ${answer}; see npm run stack -- logs`);
      await wait(50);
    }
  }
}
