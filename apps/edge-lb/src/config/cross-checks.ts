import { entriesOf, fieldOf, isObject, itemsOf, unknownName, type Faults } from '@edgeway/config';

/** A file as it may look while other things in it are still wrong: nothing here can be relied on. */
interface Draft {
  readonly engine?: unknown;
  readonly listeners?: unknown;
  readonly pools?: unknown;
}

/**
 * What no field shows by itself: pools that routes name exist, no path is routed twice, no endpoint is
 * listed twice. Run on faulty files too, so that a name to correct is told together with the rest.
 */
export function crossChecks({ engine, listeners, pools }: Draft, faults: Faults): void {
  for (const [name, listener] of entriesOf(listeners)) {
    if (engine === 'http-proxy') needsWire(listener, ['listeners', name], faults);
    if (isObject(pools)) unknownPools(listener, Object.keys(pools), ['listeners', name], faults);
    twiceRouted(itemsOf(fieldOf(listener, 'routes')), ['listeners', name, 'routes'], faults);
  }
  for (const [name, pool] of entriesOf(pools)) {
    const endpoints = itemsOf(fieldOf(fieldOf(pool, 'endpoints'), 'static'));
    twice(endpoints, 'address', 'static', ['pools', name, 'endpoints', 'static'], faults);
  }
}

/** The classic engine speaks HTTP over TCP, as it always did. */
function needsWire(listener: unknown, at: readonly PropertyKey[], faults: Faults): void {
  const message = 'needs engine: wire';
  if (fieldOf(listener, 'protocol') === 'https')
    faults.addIssue({ code: 'custom', path: [...at, 'protocol'], message });
  if (fieldOf(listener, 'proxyProtocol') !== undefined)
    faults.addIssue({ code: 'custom', path: [...at, 'proxyProtocol'], message });
}

function unknownPools(listener: unknown, known: readonly string[], at: readonly PropertyKey[], faults: Faults): void {
  const check = (owner: unknown, key: string, path: readonly PropertyKey[]): void => {
    const pool = fieldOf(owner, key);
    if (typeof pool === 'string' && !known.includes(pool))
      faults.addIssue({ code: 'custom', path: [...path, key], message: unknownName('pool', pool, known) });
  };
  check(listener, 'pool', at);
  const names = fieldOf(listener, 'serverNames');
  for (const [name] of entriesOf(names)) check(names, name, [...at, 'serverNames']);
  itemsOf(fieldOf(listener, 'routes')).forEach((route, i) => {
    check(route, 'pool', [...at, 'routes', i]);
    check(route, 'mirror', [...at, 'routes', i]);
    itemsOf(fieldOf(route, 'split')).forEach((part, j) => check(part, 'pool', [...at, 'routes', i, 'split', j]));
  });
}

/** Routes are the same when all they match by is. */
function twiceRouted(routes: readonly unknown[], at: readonly PropertyKey[], faults: Faults): void {
  const matches = routes.map((route) =>
    JSON.stringify(['host', 'path', 'methods', 'headers'].map((key) => fieldOf(route, key) ?? null)),
  );
  matches.forEach((match, i) => {
    const first = matches.indexOf(match);
    const path = fieldOf(routes[i], 'path');
    if (first < i && isObject(routes[i])) {
      const message = `${typeof path === 'string' ? path : '/'} is already taken by routes[${first}]`;
      faults.addIssue({ code: 'custom', path: [...at, i, 'path'], message });
    }
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
