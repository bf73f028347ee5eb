import type { Answered } from '../engines/answered.ts';
import type { PoolEvent } from '../pools/pool-events.ts';
import type { Family, Sample } from './exposition.ts';

/** What has been counted since the process began. Gauges are not kept: they are read when asked for. */
export interface Metrics {
  /** On the hot path: constant time, and no allocation but for the first of a listener and pool. */
  observe(listener: string, answer: Answered): void;
  /** Give it to {@link PoolEvents.listen} once; adminServer does. */
  readonly count: (event: PoolEvent) => void;
  /** All counts, for another process to add up. */
  snapshot(): Snapshot;
  /** Adds what another process has counted since it told last. */
  told(source: string, snapshot: Snapshot): void;
  /** @param pools their names: those that have seen nothing show a 0, so that a first increase is one. */
  families(pools: Iterable<string>): Family[];
}

/** The counts of one process, by listener and pool. */
export interface Snapshot {
  readonly answers: readonly (readonly [listener: string, pool: string, counts: readonly number[]])[];
  readonly pools: readonly (readonly [
    pool: string,
    durations: readonly number[],
    secondsAndRetries: readonly number[],
  ])[];
}

/** Upper bounds, in seconds. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** By the first digit of the status; the client left before there was one. */
const statusClasses = ['aborted', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

const healthStatuses = ['healthy', 'unhealthy'] as const;
const reloadStatuses = ['done', 'refused'] as const;

/** Doubles, since 32 bits are full within days, and in arrays, since a field would be boxed anew at each change. */
class PoolCounters {
  /** How many took at most so long and longer than the bound before; the last for all that took longer. */
  readonly durations = new Float64Array(durationBuckets.length + 1);
  readonly secondsAndRetries = new Float64Array(2);
  readonly healthChanges = { healthy: 0, unhealthy: 0 };
  ejections = 0;
}

interface ListenerCounters {
  readonly answers: Float64Array;
  readonly pool: PoolCounters;
}

export function createMetrics(): Metrics {
  const pools = new Map<string, PoolCounters>();
  const listeners = new Map<string, Map<string, ListenerCounters>>();
  const reloads = { done: 0, refused: 0 };

  const poolOf = (name: string): PoolCounters => gotten(pools, name, () => new PoolCounters());
  const firstOf = (listener: string, pool: string): ListenerCounters => {
    const counters = { answers: new Float64Array(statusClasses.length), pool: poolOf(pool) };
    gotten(listeners, listener, () => new Map<string, ListenerCounters>()).set(pool, counters);
    return counters;
  };

  const before = new Map<string, Snapshot>();

  return {
    snapshot: () => ({
      answers: [...listeners].flatMap(([listener, byPool]) =>
        [...byPool].map(([pool, { answers }]) => [listener, pool, Array.from(answers)] as const),
      ),
      pools: [...pools].map(
        ([pool, { durations, secondsAndRetries }]) =>
          [pool, Array.from(durations), Array.from(secondsAndRetries)] as const,
      ),
    }),
    told(source, snapshot) {
      const last = before.get(source);
      before.set(source, snapshot);
      for (const [listener, pool, counts] of snapshot.answers) {
        const known = last?.answers.find((entry) => entry[0] === listener && entry[1] === pool)?.[2];
        addTo((listeners.get(listener)?.get(pool) ?? firstOf(listener, pool)).answers, counts, known);
      }
      for (const [pool, durations, secondsAndRetries] of snapshot.pools) {
        const known = last?.pools.find(([name]) => name === pool);
        addTo(poolOf(pool).durations, durations, known?.[1]);
        addTo(poolOf(pool).secondsAndRetries, secondsAndRetries, known?.[2]);
      }
    },
    observe(listener, { pool = '', status, ms, attempts }) {
      const counters = listeners.get(listener)?.get(pool) ?? firstOf(listener, pool);
      counters.answers[classOf(status)]! += 1;
      const { durations, secondsAndRetries } = counters.pool;
      durations[bucketOf(ms / 1000)]! += 1;
      secondsAndRetries[0]! += ms / 1000;
      if (attempts > 1) secondsAndRetries[1]! += attempts - 1;
    },
    count(event) {
      if (event.kind === 'health') poolOf(event.pool).healthChanges[event.status]++;
      else if (event.kind === 'ejection' && event.status === 'ejected') poolOf(event.pool).ejections++;
      else if (event.kind === 'reload') reloads[event.status]++;
    },
    families(names) {
      for (const name of names) poolOf(name);
      // The balancer's own answers are no pool's.
      const all = [...pools].filter(([name]) => name !== '');
      const each = (value: (counters: PoolCounters) => number): Sample[] =>
        all.map(([pool, counters]) => ({ labels: { pool }, value: value(counters) }));
      return [
        {
          name: 'edgeway_lb_requests_total',
          help: 'Requests answered, by the class of the status; aborted: the client left before there was one.',
          type: 'counter',
          samples: [...listeners].flatMap(([listener, byPool]) =>
            [...byPool].flatMap(([pool, { answers }]) => answerSamples(listener, pool, answers)),
          ),
        },
        {
          name: 'edgeway_lb_request_duration_seconds',
          help: 'From a request to the end of its answer, retries and queueing included.',
          type: 'histogram',
          samples: all.flatMap(([pool, counters]) => durationSamples(pool, counters)),
        },
        {
          name: 'edgeway_lb_retries_total',
          help: 'Attempts beyond the first of a request.',
          type: 'counter',
          samples: each(({ secondsAndRetries }) => secondsAndRetries[1]!),
        },
        {
          name: 'edgeway_lb_ejections_total',
          help: 'Endpoints taken out for failing live traffic.',
          type: 'counter',
          samples: each(({ ejections }) => ejections),
        },
        {
          name: 'edgeway_lb_health_changes_total',
          help: 'Endpoints found healthy or unhealthy that were not before.',
          type: 'counter',
          samples: all.flatMap(([pool, { healthChanges }]) =>
            healthStatuses.map((status) => ({ labels: { pool, status }, value: healthChanges[status] })),
          ),
        },
        {
          name: 'edgeway_lb_reloads_total',
          help: 'Times the configuration file was read again.',
          type: 'counter',
          samples: reloadStatuses.map((status) => ({ labels: { status }, value: reloads[status] })),
        },
      ];
    },
  };
}

function addTo(sums: Float64Array, counts: readonly number[], known: readonly number[] | undefined): void {
  counts.forEach((count, i) => (sums[i]! += count - (known?.[i] ?? 0)));
}

function gotten<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** Beyond 5xx is as 5xx (RFC 9110, 15). */
const classOf = (status: number): number => Math.min(Math.floor(status / 100), statusClasses.length - 1);

function bucketOf(seconds: number): number {
  let bucket = 0;
  while (bucket < durationBuckets.length && seconds > durationBuckets[bucket]!) bucket++;
  return bucket;
}

const answerSamples = (listener: string, pool: string, answers: Float64Array): Sample[] =>
  statusClasses.map((status_class, i) => ({ labels: { listener, pool, status_class }, value: answers[i]! }));

function durationSamples(pool: string, { durations, secondsAndRetries }: PoolCounters): Sample[] {
  let so = 0;
  const buckets = Array.from(durations, (count, i): Sample => {
    so += count;
    const le = i < durationBuckets.length ? String(durationBuckets[i]) : '+Inf';
    return { suffix: '_bucket', labels: { pool, le }, value: so };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels: { pool }, value: secondsAndRetries[0]! },
    { suffix: '_count', labels: { pool }, value: so },
  ];
}
