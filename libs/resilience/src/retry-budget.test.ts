import { describe, expect, it } from 'vitest';
import { retryBudget } from './retry-budget.ts';

function budgetAt(options: { percent: number; perSecond: number }) {
  const time = { ms: 5_000_000 };
  const budget = retryBudget({ ...options, clock: () => time.ms });
  const withdrawn = (tries: number) => Array.from({ length: tries }, () => budget.withdraw()).filter(Boolean).length;
  return { budget, time, withdrawn };
}

describe('retryBudget', () => {
  it('lets a part of the requests be retried, and no more', () => {
    const { budget, withdrawn } = budgetAt({ percent: 20, perSecond: 0 });
    for (let i = 0; i < 100; i++) budget.deposit();
    expect(withdrawn(100)).toBe(20);
  });

  it('lets some be retried without much traffic', () => {
    const { withdrawn } = budgetAt({ percent: 20, perSecond: 10 });
    expect(withdrawn(500)).toBe(100);
  });

  it('forgets what is older than ten seconds, also after an idle hour', () => {
    const { budget, time, withdrawn } = budgetAt({ percent: 20, perSecond: 0 });
    for (let i = 0; i < 100; i++) budget.deposit();
    time.ms += 9000;
    expect(withdrawn(10)).toBe(10);
    time.ms += 1000;
    expect(withdrawn(10)).toBe(0);
    time.ms += 3_600_000;
    for (let i = 0; i < 10; i++) budget.deposit();
    expect(withdrawn(10)).toBe(2);
  });
});
