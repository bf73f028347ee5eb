import { oneFault } from './one-fault.ts';

/** The process is gone at once, with all connections; then there is a new one. */
export const kill = oneFault({
  name: 'kill',
  mayFail: 0,
  break: (victim) => victim.kill(),
  mend: (victim) => victim.start(),
});

/** The process stands still: connections are accepted by the system, and nothing answers. */
export const freeze = oneFault({
  name: 'freeze',
  break: (victim) => victim.freeze(),
  mend: (victim) => victim.thaw(),
});

/** Fifty times the latency, probes as fast as ever: only a strategy can help. */
export const slow = oneFault({
  name: 'slow',
  mayFail: 0,
  break: (victim) => victim.fault({ latencyMs: 100 }),
  mend: (victim) => victim.fault({}),
});

/**
 * Three of ten answers are 500, while probes pass. The next probe comes after the drill: a passing one ends an
 * ejection, and what is practised here is the ejection.
 */
export const errors = oneFault({
  name: 'errors',
  break: (victim) => victim.fault({ errorPercent: 30 }),
  mend: (victim) => victim.fault({}),
  pool: ({ setting }) => ({
    health: { http: '/readyz', intervalSeconds: 120 },
    // It outlasts the fault, and not by much.
    ejection: { consecutiveErrors: 3, intervalSeconds: 0.5, baseSeconds: setting.seconds + 1 },
  }),
  // Three in a row are rare: one in two for the first fifty requests.
  untilNoticed: true,
});

/** It takes connections and requests, probes too, and never answers: a deadlock, a full queue. */
export const halfOpen = oneFault({
  name: 'half-open',
  break: (victim) => victim.fault({ halfOpen: true }),
  mend: (victim) => victim.fault({}),
});
