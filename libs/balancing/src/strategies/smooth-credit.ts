import type { Endpoint } from '../endpoint.ts';
import { perList } from './per-list.ts';

/** What an endpoint has saved towards its next turn. */
export interface Credit {
  amount: number;
}

/**
 * The credits of a list, in its order.
 *
 * A list begins with what its endpoints have, takes its first turn from that, and goes on with an
 * account of its own. So a retry's list, which takes one turn, begins where the retry before it left
 * off, and takes no turn of the whole pool's from anyone; with one account for all, an endpoint that
 * often stands in for another would be passed over in the list where both are.
 */
export function credits(): (endpoints: readonly Endpoint[]) => readonly Credit[] {
  const saved = new WeakMap<Endpoint, Credit>();
  const creditOf = (endpoint: Endpoint): Credit => {
    const credit = saved.get(endpoint) ?? { amount: 0 };
    saved.set(endpoint, credit);
    return credit;
  };
  const accountOf = perList((endpoints) => ({ credits: endpoints.map(creditOf), turns: 0 }));
  return (endpoints) => {
    const account = accountOf(endpoints);
    account.turns++;
    if (account.turns === 2) account.credits = account.credits.map(({ amount }) => ({ amount }));
    return account.credits;
  };
}

/**
 * One turn: every endpoint gains its weight in credit, the richest is picked and pays the sum.
 *
 * Only those present gain and pay, so shares stay right whoever is absent.
 */
export function richest(endpoints: readonly Endpoint[], owned: readonly Credit[]): Endpoint | undefined {
  let index = -1;
  let most = -Infinity;
  let sum = 0;
  for (let i = 0; i < endpoints.length; i++) {
    const { weight } = endpoints[i]!;
    const mine = (owned[i]!.amount += weight);
    sum += weight;
    if (mine > most) [index, most] = [i, mine];
  }
  if (index >= 0) owned[index]!.amount -= sum;
  return endpoints[index];
}
