import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlierDetector, type OutlierOptions, type Outcome } from './outlier.ts';

interface Host {
  readonly name: string;
}
const hosts = (count: number): Host[] => Array.from({ length: count }, (_, i) => ({ name: `h${i}` }));
const second = 1000;

function detector(count: number, options?: OutlierOptions) {
  const outliers = outlierDetector<Host>(options);
  const members = hosts(count);
  outliers.setMembers(members, 0);
  const answers = (host: Host, outcome: Outcome, times: number, now: number): boolean[] =>
    Array.from({ length: times }, () => outliers.observe(host, outcome, now));
  /** Five errors in a row at `now`. */
  const breaks = (host: Host, now: number): boolean => answers(host, 'error', 5, now).at(-1)!;
  return { ...outliers, members, first: members[0]!, answers, breaks };
}

describe('errors in a row', () => {
  it('eject with the fifth, and tell so once', () => {
    const { answers, first, isEjected } = detector(10);
    expect(answers(first, 'error', 8, 0)).toEqual([false, false, false, false, true, false, false, false]);
    expect(isEjected(first)).toBe(true);
  });

  it('begin anew after any success', () => {
    const { answers, observe, first } = detector(10);
    for (let i = 0; i < 100; i++) {
      expect(answers(first, 'error', 4, i)).not.toContain(true);
      observe(first, 'success', i);
    }
  });

  it('do not count from before an idle hour', () => {
    const { answers, observe, first } = detector(10);
    answers(first, 'error', 4, 0);
    expect(observe(first, 'error', 3600 * second)).toBe(false);
    expect(answers(first, 'error', 4, 3600 * second)).toEqual([false, false, false, true]);
  });

  it('are of one row however slowly they come, up to the base time', () => {
    const { observe, first } = detector(10);
    expect([0, 30, 60, 90, 120].map((at) => observe(first, 'error', at * second)).at(-1)).toBe(true);
  });

  it('of one that could not be ejected for lack of room eject it when there is room', () => {
    const { breaks, observe, sweep, members } = detector(10);
    expect(breaks(members[0]!, 0)).toBe(true);
    expect(breaks(members[1]!, 20 * second)).toBe(false);
    sweep(30 * second);
    expect(observe(members[1]!, 'error', 31 * second)).toBe(true);
  });

  it('of whom nobody knows are not counted', () => {
    const { breaks } = detector(10);
    expect(breaks({ name: 'gone' }, 0)).toBe(false);
  });
});

describe('an ejection', () => {
  it('ends with the first sweep after 30 s, and tells so once', () => {
    const { breaks, sweep, first, isEjected } = detector(10);
    breaks(first, 0);
    expect(sweep(29_999).returned).toEqual([]);
    expect(isEjected(first)).toBe(true);
    expect(sweep(30_000).returned).toEqual([first]);
    expect(isEjected(first)).toBe(false);
    expect(sweep(40_000).returned).toEqual([]);
  });

  it('is longer each time in short order, and never longer than 300 s', () => {
    const { breaks, sweep, first, isEjected } = detector(10);
    let now = 0;
    const lengths = Array.from({ length: 12 }, () => {
      const from = now;
      expect(breaks(first, now)).toBe(true);
      while (isEjected(first)) sweep((now += second));
      return (now - from) / second;
    });
    expect(lengths).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]);
  });

  it.each([
    [0, 90],
    [10, 60],
    [15, 60],
    [20, 30],
    [3600, 30],
  ])('that follows two others, and %i s without one, takes %i s', (quietSeconds, expected) => {
    const { breaks, sweep, first, isEjected } = detector(10);
    let now = 0;
    for (const quiet of [0, quietSeconds]) {
      breaks(first, now);
      while (isEjected(first)) sweep((now += second));
      now += quiet * second;
    }
    breaks(first, now);
    const from = now;
    while (isEjected(first)) sweep((now += second));
    expect((now - from) / second).toBe(expected);
  });

  it('ends at once when an active check passes, but is remembered', () => {
    const { breaks, readmit, sweep, first, isEjected } = detector(10);
    expect(readmit(first, 0)).toBe(false);
    breaks(first, 0);
    expect(readmit(first, second)).toBe(true);
    expect(isEjected(first)).toBe(false);
    breaks(first, 2 * second);
    expect(sweep(60 * second).returned).toEqual([]);
    expect(sweep(62 * second).returned).toEqual([first]);
  });

  it('leaves a clean start: what was observed before and during it counts no more', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.boolean(), fc.constantFrom<Outcome>('success', 'error'), (late, byCheck, outcome) => {
        const { answers, breaks, readmit, sweep, first } = detector(10);
        breaks(first, 0);
        answers(first, outcome, late, 0);
        if (byCheck) readmit(first, 30 * second);
        else sweep(30 * second);
        expect(answers(first, 'error', 5, 30 * second)).toEqual([false, false, false, false, true]);
      }),
    );
  });

  it('takes the only endpoint of a pool too: one is always allowed', () => {
    const { breaks, first } = detector(1);
    expect(breaks(first, 0)).toBe(true);
  });

  it('is kept by those who stay and freed by those who leave', () => {
    const { breaks, setMembers, members, isEjected } = detector(10);
    breaks(members[0]!, 0);
    expect(setMembers([...members, { name: 'new' }], 0)).toEqual([]);
    expect(isEjected(members[0]!)).toBe(true);
    setMembers(members.slice(1), 0);
    expect(isEjected(members[0]!)).toBe(false);
    expect(breaks(members[1]!, 0)).toBe(true);
  });

  it('ends for those who are too many for a smaller membership, the soonest due first', () => {
    const { breaks, setMembers, members, isEjected } = detector(30);
    for (const [i, host] of [members[2]!, members[0]!, members[1]!].entries()) expect(breaks(host, i)).toBe(true);
    expect(setMembers(members.slice(0, 10), 10)).toEqual([members[2], members[0]]);
    expect(isEjected(members[1]!)).toBe(true);
  });
});

describe('the success rate', () => {
  /** One interval in which host i answers 100 times, with `errors[i]` errors that are never five in a row. */
  const interval = (errors: readonly number[], options?: OutlierOptions, requests = 100) => {
    const made = detector(errors.length, options);
    for (const [i, host] of made.members.entries()) {
      for (let n = 0; n < requests; n++) made.observe(host, n % 2 === 0 && n / 2 < errors[i]! ? 'error' : 'success', n);
    }
    return made;
  };

  it('ejects the one far below its peers', () => {
    const { sweep, members, isEjected } = interval([0, 1, 0, 1, 40]);
    expect(sweep(10 * second).ejected).toEqual([members[4]]);
    expect(isEjected(members[4]!)).toBe(true);
  });

  it.each([
    ['all fail alike', [40, 40, 40, 40, 40], undefined, 100],
    ['there are less than five', [0, 0, 0, 40], undefined, 100],
    ['one has less than 100 requests', [0, 0, 0, 0, 40], undefined, 99],
    ['they are too spread to stand out', [0, 10, 20, 30, 40], undefined, 100],
    ['it is turned off', [0, 0, 0, 0, 40], { successRate: false } as const, 100],
  ])('ejects none when %s', (_when, errors, options, requests) => {
    expect(interval(errors, options, requests).sweep(10 * second).ejected).toEqual([]);
  });

  it('ejects the worst where not all may go', () => {
    const { sweep, members } = interval([...Array.from({ length: 17 }, () => 0), 38, 40, 39], { maxPercent: 5 });
    expect(sweep(10 * second).ejected).toEqual([members[18]]);
  });

  it('is of one interval only', () => {
    const { sweep, answers, first } = interval([40, 0, 0, 0, 0], undefined, 90);
    sweep(10 * second);
    answers(first, 'success', 10, 11 * second);
    expect(sweep(20 * second).ejected).toEqual([]);
  });

  it('does not count what came before an idle hour in which nobody swept', () => {
    const { sweep, members, answers } = interval([40, 0, 0, 0, 0]);
    expect(sweep(3600 * second).ejected).toEqual([]);
    const again = interval([40, 0, 0, 0, 0]);
    for (const host of again.members) again.answers(host, 'success', 99, 3600 * second);
    expect(again.sweep(3601 * second).ejected).toEqual([]);
    for (const host of members) answers(host, 'success', 100, 3602 * second);
    expect(sweep(3610 * second).ejected).toEqual([]);
  });
});

describe('at any time', () => {
  const act = fc.oneof(
    fc.record({ act: fc.constant('errors' as const), host: fc.nat(39), times: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ act: fc.constant('members' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ act: fc.constant('check' as const), host: fc.nat(39) }),
    fc.record({ act: fc.constant('wait' as const), seconds: fc.nat(40) }),
  );

  it('no more than max(1, floor(maxPercent × n)) are out, and what is told adds up to who is out', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 120 }), fc.integer({ min: 0, max: 100 }), (acts, maxPercent) => {
        const all = hosts(40);
        let members = all;
        const outliers = outlierDetector<Host>({ maxPercent });
        outliers.setMembers(all, 0);
        let told = new Set<Host>();
        let now = 0;
        for (const step of acts) {
          if (step.act === 'errors') {
            const host = all[step.host]!;
            for (let i = 0; i < step.times; i++) if (outliers.observe(host, 'error', now)) told.add(host);
          } else if (step.act === 'check') {
            if (outliers.readmit(all[step.host]!, now)) told.delete(all[step.host]!);
          } else if (step.act === 'members') {
            members = all.slice(0, step.count);
            const back = outliers.setMembers(members, now);
            told = new Set([...told].filter((host) => members.includes(host) && !back.includes(host)));
          } else {
            const { ejected, returned } = outliers.sweep((now += step.seconds * second));
            for (const host of returned) told.delete(host);
            for (const host of ejected) told.add(host);
          }
          expect(new Set(all.filter(outliers.isEjected))).toEqual(told);
          expect(told.size).toBeLessThanOrEqual(Math.max(1, Math.floor((maxPercent / 100) * members.length)));
        }
      }),
    );
  });
});
