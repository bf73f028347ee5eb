import { describe, expect, it } from 'vitest';
import { testEndpoint } from '../testing/test-endpoint.ts';
import { peakEwmaLoad } from './peak-ewma.ts';

function setUp() {
  const time = { now: 0 };
  const metric = peakEwmaLoad({ decayMs: 10_000 }, { clock: () => time.now });
  /** Time passes, and is seen to: another endpoint has answered. */
  const pass = (ms: number): void => {
    time.now += ms;
    metric.observe(testEndpoint('other:1'), 1);
  };
  return { pass, metric, endpoint: testEndpoint('a:1') };
}

describe('peakEwmaLoad', () => {
  it('takes a slower measurement at once', () => {
    const { metric, endpoint } = setUp();
    metric.observe(endpoint, 10);
    metric.observe(endpoint, 400);
    expect(metric.of(endpoint)).toBe(400);
  });

  it('believes a faster one only as time passes: to 63 % after one decay', () => {
    const { pass, metric, endpoint } = setUp();
    metric.observe(endpoint, 400);
    metric.observe(endpoint, 100);
    expect(metric.of(endpoint)).toBe(400);
    pass(10_000);
    metric.observe(endpoint, 100);
    expect(metric.of(endpoint)).toBeCloseTo(100 + 300 / Math.E, 6);
  });

  it('believes many fast ones in a row as much as few in the same time', () => {
    const { pass, metric, endpoint } = setUp();
    metric.observe(endpoint, 400);
    for (let ms = 0; ms < 10_000; ms += 4) {
      pass(4);
      metric.observe(endpoint, 100);
    }
    expect(metric.of(endpoint)).toBeCloseTo(100 + 300 / Math.E, 6);
  });

  it('still counts what is in flight when requests are too short for the clock', () => {
    const { metric, endpoint } = setUp();
    metric.observe(endpoint, 0);
    const idle = metric.of(endpoint);
    endpoint.inFlight = 1;
    expect(metric.of(endpoint)).toBe(2 * idle);
    expect(idle).toBeGreaterThan(0);
  });

  it('forgives an endpoint that it has not heard of for a while', () => {
    const { pass, metric, endpoint } = setUp();
    metric.observe(endpoint, 400);
    pass(10_000);
    expect(metric.of(endpoint)).toBeCloseTo(400 / Math.E, 6);
  });

  it('grows with what is in flight and shrinks with weight', () => {
    const { metric, endpoint } = setUp();
    metric.observe(endpoint, 10);
    endpoint.inFlight = 3;
    expect(metric.of(endpoint)).toBe(40);
    endpoint.weight = 2;
    expect(metric.of(endpoint)).toBe(20);
  });

  it('lets one request try a stranger, and no second before the first is back', () => {
    const { metric, endpoint } = setUp();
    const slow = testEndpoint('slow:1', { inFlight: 50 });
    metric.observe(slow, 60_000);
    expect(metric.of(endpoint)).toBe(0);
    endpoint.inFlight = 1;
    expect(metric.of(endpoint)).toBeGreaterThan(metric.of(slow));
  });

  it('takes one not measured for five decays for a stranger', () => {
    const { pass, metric, endpoint } = setUp();
    metric.observe(endpoint, 400);
    pass(50_000);
    expect(metric.of(endpoint)).toBe(0);
    metric.observe(endpoint, 7);
    expect(metric.of(endpoint)).toBeCloseTo(7 + 393 * Math.exp(-5), 6);
  });

  it('refuses a decay that is not above 0', () => {
    expect(() => peakEwmaLoad({ decayMs: 0 }, { clock: () => 0 })).toThrow(RangeError);
    expect(() => peakEwmaLoad({ decayMs: NaN }, { clock: () => 0 })).toThrow(RangeError);
  });
});
