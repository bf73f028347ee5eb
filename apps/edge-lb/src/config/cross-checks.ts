import { entriesOf, fieldOf, isObject, itemsOf, unknownName, type Faults } from '@edgeway/config';

/** A file as it may look while other things in it are still wrong: nothing here can be relied on. */
interface Draft {
  readonly listeners?: unknown;
  readonly pools?: unknown;
}

/**
 * What no field shows by itself: pools that routes name exist, no path is routed twice, no endpoint is
 * listed twice. Run on faulty files too, so that a name to correct is told together with the rest.
 */
export function crossChecks({ listeners, pools }: Draft, faults: Faults): void {
  for (const [name, listener] of entriesOf(listeners)) {
    const routes = itemsOf(fieldOf(listener, 'routes'));
    const at = ['listeners', name, 'routes'];
    if (isObject(pools)) unknownPools(routes, Object.keys(pools), at, faults);
    twice(routes, 'path', 'routes', at, faults);
  }
  for (const [name, pool] of entriesOf(pools)) {
    const endpoints = itemsOf(fieldOf(fieldOf(pool, 'endpoints'), 'static'));
    twice(endpoints, 'address', 'static', ['pools', name, 'endpoints', 'static'], faults);
  }
}

function unknownPools(
  routes: readonly unknown[],
  known: readonly string[],
  at: readonly PropertyKey[],
  faults: Faults,
): void {
  routes.forEach((route, i) => {
    const pool = fieldOf(route, 'pool');
    if (typeof pool === 'string' && !known.includes(pool))
      faults.addIssue({ code: 'custom', path: [...at, i, 'pool'], message: unknownName('pool', pool, known) });
  });
}

function twice(items: readonly unknown[], key: string, list: string, at: readonly PropertyKey[], faults: Faults): void {
  const values = items.map((item) => fieldOf(item, key));
  values.forEach((value, i) => {
    const first = values.indexOf(value);
    if (typeof value === 'string' && first < i) {
      const message = `${value} is already taken by ${list}[${first}]`;
      faults.addIssue({ code: 'custom', path: [...at, i, key], message });
    }
  });
}
