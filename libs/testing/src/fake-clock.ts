/** A clock that moves only when told to. Milliseconds. */
export interface FakeClock {
  now(): number;
  advance(ms: number): void;
}

/** Starts at `startMs`, default 0. */
export function fakeClock(startMs = 0): FakeClock {
  let now = startMs;
  return {
    now: () => now,
    advance(ms) {
      if (ms < 0) throw new RangeError(`time does not go back (${ms} ms)`);
      now += ms;
    },
  };
}
