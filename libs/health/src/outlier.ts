import { successRateOutliers, type SuccessRateOptions } from './success-rate.ts';

/** What live traffic found: an answer that counts as a failure (a 5xx, a reset, a timeout), or any other. */
export type Outcome = 'success' | 'error';

export interface OutlierOptions {
  /** Errors in a row that eject. Default 5. */
  readonly consecutiveErrors?: number;
  /** Between sweeps; what success rates are taken over. Seconds, default 10. */
  readonly intervalSeconds?: number;
  /** The first ejection's length; the n-th in short order is n times as long. Seconds, default 30. */
  readonly baseSeconds?: number;
  /** No ejection is longer. Seconds, default 300. */
  readonly maxSeconds?: number;
  /** How many of the members may be out at once, rounded down, but always one. Percent, default 10. */
  readonly maxPercent?: number;
  /** Ejection of those that fail more than their peers; `false` for none. */
  readonly successRate?: Partial<SuccessRateOptions> | false;
}

/** What a sweep changed. */
export interface Sweep<Key> {
  readonly ejected: readonly Key[];
  readonly returned: readonly Key[];
}

/** Times are milliseconds of one clock that does not go back. */
export interface OutlierDetector<Key extends object> {
  /**
   * Replaces the membership. Whoever stays keeps counts and ejection; whoever left is forgotten.
   *
   * @returns whom the smaller list brings back, since so many may not be out of it.
   */
  setMembers(members: Iterable<Key>, now: number): readonly Key[];
  /**
   * Counts one answer, in O(1) and without allocating. Not of members, and of what an ejected one still
   * answers, nothing is counted.
   *
   * @returns whether this answer ejected the endpoint.
   */
  observe(key: Key, outcome: Outcome, now: number): boolean;
  /** Ends an interval: brings back whose time is up, and ejects those whose success rate stands out. */
  sweep(now: number): Sweep<Key>;
  /** Brings one back before its time, as a passing active check does. @returns whether it was out. */
  readmit(key: Key, now: number): boolean;
  isEjected(key: Key): boolean;
}

interface Watched<Key> {
  readonly key: Key;
  /** When its ejection ends; `undefined` while it is in. */
  until: number | undefined;
  /** By what the next ejection is longer: how often it was ejected lately. */
  times: number;
  returnedAt: number;
  errorsInRow: number;
  lastErrorAt: number;
  // the interval
  requests: number;
  errors: number;
  countedSince: number;
}

/**
 * Observed health: takes out for a while what live traffic finds broken although its probes pass.
 *
 *     in ──errors in a row, or a low success rate──▶ ejected
 *      ▲                                                │
 *      └──time is up, or an active check passes─────────┘
 *
 * Envoy's outlier detection with its defaults, but for two things. A percentage is rounded down:
 * Envoy lets a second of 15 go at 10 %. And errors in a row are of one row only while there are less
 * than `baseSeconds` between them: by then an ejection would be over, so an older error says nothing
 * about the present. A pool of one may lose its only member: what to do when none is left is the pool's
 * to decide (panic), not the detector's.
 *
 * @example
 * const outliers = outlierDetector<Endpoint>();
 * outliers.setMembers(pool.endpoints, now());
 * if (outliers.observe(endpoint, 'error', now())) endpoint.available = false;
 */
export function outlierDetector<Key extends object>(options: OutlierOptions = {}): OutlierDetector<Key> {
  const { consecutiveErrors = 5, intervalSeconds = 10, baseSeconds = 30, maxSeconds = 300, maxPercent = 10 } = options;
  const successRate = options.successRate !== false && {
    minHosts: options.successRate?.minHosts ?? 5,
    minRequests: options.successRate?.minRequests ?? 100,
    deviations: options.successRate?.deviations ?? 1.9,
  };
  const [intervalMs, baseMs, maxMs] = [intervalSeconds * 1000, baseSeconds * 1000, maxSeconds * 1000];
  // Counts this old are of an interval whose sweep never came: the process was stopped, or idle.
  const staleMs = 2 * intervalMs;
  let watched = new Map<Key, Watched<Key>>();
  let out = 0;

  const allowed = (): number => Math.max(1, Math.floor((watched.size * maxPercent) / 100));
  const eject = (host: Watched<Key>, now: number): boolean => {
    if (host.until !== undefined || out >= allowed()) return false;
    const forgiven = Math.floor((now - host.returnedAt) / intervalMs);
    // No higher than the cap needs, so that it also comes down from there.
    host.times = Math.min(Math.max(0, host.times - forgiven) + 1, Math.ceil(maxMs / baseMs));
    host.until = now + Math.min(host.times * baseMs, maxMs);
    out++;
    return true;
  };
  const bringBack = (host: Watched<Key>, now: number): void => {
    out--;
    host.until = undefined;
    host.returnedAt = now;
    host.errorsInRow = host.requests = host.errors = 0;
  };
  const ejectedHosts = (): Watched<Key>[] => [...watched.values()].filter(({ until }) => until !== undefined);

  return {
    setMembers(members, now) {
      const known = watched;
      watched = new Map();
      for (const key of members) watched.set(key, known.get(key) ?? newcomer(key, now));
      out = ejectedHosts().length;
      const surplus = ejectedHosts()
        .toSorted((a, b) => a.until! - b.until!)
        .slice(0, Math.max(0, out - allowed()));
      for (const host of surplus) bringBack(host, now);
      return surplus.map(({ key }) => key);
    },
    observe(key, outcome, now) {
      const host = watched.get(key);
      if (host === undefined || host.until !== undefined) return false;
      if (now - host.countedSince > staleMs) host.requests = host.errors = 0;
      if (host.requests++ === 0) host.countedSince = now;
      if (outcome === 'success') {
        host.errorsInRow = 0;
        return false;
      }
      host.errors++;
      host.errorsInRow = now - host.lastErrorAt > baseMs ? 1 : host.errorsInRow + 1;
      host.lastErrorAt = now;
      return host.errorsInRow >= consecutiveErrors && eject(host, now);
    },
    sweep(now) {
      const returned = ejectedHosts().filter(({ until }) => until! <= now);
      for (const host of returned) bringBack(host, now);
      const fresh = watched
        .values()
        .filter(({ until, countedSince }) => until === undefined && now - countedSince <= staleMs);
      const low = successRate === false ? [] : successRateOutliers(fresh, successRate);
      const ejected = low.filter((host) => eject(host, now));
      for (const host of watched.values()) host.requests = host.errors = 0;
      return { ejected: ejected.map(({ key }) => key), returned: returned.map(({ key }) => key) };
    },
    readmit(key, now) {
      const host = watched.get(key);
      if (host?.until === undefined) return false;
      bringBack(host, now);
      return true;
    },
    isEjected: (key) => watched.get(key)?.until !== undefined,
  };
}

const newcomer = <Key>(key: Key, now: number): Watched<Key> => ({
  key,
  until: undefined,
  times: 0,
  returnedAt: now,
  errorsInRow: 0,
  lastErrorAt: now,
  requests: 0,
  errors: 0,
  countedSince: now,
});
