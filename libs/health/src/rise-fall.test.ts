import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atFirst, observe, type Health, type Observation } from './rise-fall.ts';

const thresholds = { rise: 2, fall: 3 };
const after = (health: Health, text: string): string =>
  text.split('').reduce((so, mark) => observe(so, mark === '+' ? 'success' : 'failure', thresholds), health).status;
const proven: Health = { status: 'healthy', failures: 0 };
const down: Health = { status: 'unhealthy', successes: 0 };

describe('observe', () => {
  it.each([
    [proven, '--', 'healthy'],
    [proven, '---', 'unhealthy'],
    [proven, '--+--', 'healthy'],
    [down, '+', 'unhealthy'],
    [down, '++', 'healthy'],
    [down, '+-+', 'unhealthy'],
    [atFirst(thresholds), '-', 'unhealthy'],
    [atFirst(thresholds), '+--', 'healthy'],
  ])('%j after %s is %s', (from, marks, status) => {
    expect(after(from, marks)).toBe(status);
  });

  it('changes only after a full run of the same observations', () => {
    const observation = fc.constantFrom<Observation>('success', 'failure');
    fc.assert(
      fc.property(
        fc.array(observation),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        (marks, rise, fall) => {
          let health: Health = proven;
          const wrong = marks.filter((mark, i) => {
            const before = health.status;
            health = observe(health, mark, { rise, fall });
            const run = health.status === 'healthy' ? rise : fall;
            return (
              health.status !== before && !(i + 1 >= run && marks.slice(i + 1 - run, i + 1).every((m) => m === mark))
            );
          });
          expect(wrong).toEqual([]);
        },
      ),
    );
  });
});
