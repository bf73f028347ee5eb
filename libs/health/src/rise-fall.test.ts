import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atFirst, observe, type Health, type Observation } from './rise-fall.ts';

const thresholds = { rise: 2, fall: 3 };
const after = (health: Health, text: string): string =>
  [...text].reduce((so, mark) => observe(so, mark === '+' ? 'success' : 'failure', thresholds), health).status;
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
          marks.forEach((mark, i) => {
            const next = observe(health, mark, { rise, fall });
            if (next.status !== health.status) {
              const run = next.status === 'healthy' ? rise : fall;
              expect(marks.slice(i + 1 - run, i + 1)).toEqual(Array.from({ length: run }, () => mark));
            }
            health = next;
          });
        },
      ),
    );
  });
});
