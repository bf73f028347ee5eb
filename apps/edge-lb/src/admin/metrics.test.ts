import { describe, expect, it } from 'vitest';
import type { Answered } from '../engines/answered.ts';
import { httpUpstream } from '../testing/fake-upstream.ts';
import { exposition } from './exposition.ts';
import { createMetrics } from './metrics.ts';
import { testAdmin } from './testing/test-admin.ts';

const answered = (fields: Partial<Answered> = {}): Answered => ({
  method: 'GET',
  path: '/a/secret',
  status: 200,
  ms: 3,
  requestId: 'r',
  peer: '127.0.0.1',
  pool: 'main',
  endpoint: '127.0.0.1:9',
  attempts: 1,
  ...fields,
});

const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const help = new RegExp(`^# HELP (${metricName}) (?:[^\\\\\\n]|\\\\[\\\\n])*$`);
const type = new RegExp(`^# TYPE (${metricName}) (?:counter|gauge|histogram)$`);
const sample = new RegExp(`^((${metricName})(?:\\{${label}(?:,${label})*\\})?) (-?\\d+(?:\\.\\d+)?(?:e[+-]\\d+)?)$`);

/** Every sample by its series. @throws at a line that is not of the format, stands apart from its family, or comes twice. */
function parse(text: string): Map<string, number> {
  const series = new Map<string, number>();
  const families = new Set<string>();
  let family = '';
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.slice(0, -1).split('\n')) {
    const opened = help.exec(line)?.[1];
    const [, name, base, value] = sample.exec(line) ?? [];
    if (opened !== undefined && !families.has(opened)) families.add((family = opened));
    else if (line.startsWith('# TYPE') && type.exec(line)?.[1] === family) continue;
    else if (name !== undefined && isOf(family, base!) && !series.has(name)) series.set(name, Number(value));
    else throw new Error(`not expected: ${line}`);
  }
  return series;
}

const isOf = (family: string, name: string): boolean =>
  name === family || ['_bucket', '_sum', '_count'].some((suffix) => name === `${family}${suffix}`);

const shown = (metrics: ReturnType<typeof createMetrics>, pools: readonly string[] = []): Map<string, number> =>
  parse(exposition(metrics.families(pools)));

describe('GET /metrics', () => {
  it('is well-formed, and holds pools, endpoints and the process', async () => {
    const upstream = await httpUpstream((_, response) => response.end());
    const { pool, managed, ask } = await testAdmin({ endpoints: [{ address: upstream.address, weight: 2 }] });
    pool.acquire(new Set());
    pool.pool.endpoints[0]!.draining = true;
    managed.metrics.observe('public', answered());
    const answer = await ask('GET', '/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const series = parse(answer.text);
    const of = `{pool="main",endpoint="${upstream.address}"}`;
    expect(Object.fromEntries(series)).toMatchObject({
      'edgeway_lb_requests_total{listener="public",pool="main",status_class="2xx"}': 1,
      'edgeway_lb_pool_panic{pool="main"}': 0,
      'edgeway_lb_pool_queued{pool="main"}': 0,
      [`edgeway_lb_endpoint_in_flight${of}`]: 1,
      [`edgeway_lb_endpoint_up${of}`]: 1,
      [`edgeway_lb_endpoint_ejected${of}`]: 0,
      [`edgeway_lb_endpoint_draining${of}`]: 1,
      [`edgeway_lb_endpoint_weight${of}`]: 2,
    });
    expect(series.get('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(series.get('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
    expect(answer.text).not.toContain('secret');
  });

  it('counts health changes, ejections and reloads', async () => {
    const { pool, managed, ask } = await testAdmin();
    const [endpoint] = pool.pool.endpoints;
    pool.refused(endpoint!);
    for (let i = 0; i < 5; i++) pool.observed(endpoint!, false);
    managed.events.emit({ kind: 'reload', status: 'refused' });
    expect(Object.fromEntries(parse((await ask('GET', '/metrics')).text))).toMatchObject({
      'edgeway_lb_health_changes_total{pool="main",status="unhealthy"}': 1,
      'edgeway_lb_health_changes_total{pool="main",status="healthy"}': 0,
      'edgeway_lb_ejections_total{pool="main"}': 1,
      'edgeway_lb_reloads_total{status="done"}': 0,
      'edgeway_lb_reloads_total{status="refused"}': 1,
    });
  });
});

describe('createMetrics', () => {
  it('counts answers by listener, pool and class', () => {
    const metrics = createMetrics();
    for (const status of [200, 204, 101, 404, 503, 799, 0]) metrics.observe('a', answered({ status }));
    metrics.observe('b', answered({ pool: undefined, status: 301 }));
    const series = shown(metrics);
    const count = (listener: string, pool: string, status: string): number | undefined =>
      series.get(`edgeway_lb_requests_total{listener="${listener}",pool="${pool}",status_class="${status}"}`);
    expect(['1xx', '2xx', '3xx', '4xx', '5xx', 'aborted'].map((status) => count('a', 'main', status))).toEqual([
      1, 2, 0, 1, 2, 1,
    ]);
    expect(count('b', '', '3xx')).toBe(1);
    metrics.observe('b', answered({ pool: undefined, status: 301 }));
    expect(shown(metrics).get('edgeway_lb_requests_total{listener="b",pool="",status_class="3xx"}')).toBe(2);
    expect(series.has('edgeway_lb_retries_total{pool=""}')).toBe(false);
  });

  it('counts durations of a pool over all listeners in buckets that hold those below', () => {
    const metrics = createMetrics();
    for (const ms of [0, 1, 1.1, 30, 10_000, 10_001]) metrics.observe(`listener ${ms}`, answered({ ms }));
    const series = shown(metrics);
    const buckets = [...series].filter(([name]) => name.startsWith('edgeway_lb_request_duration_seconds_bucket'));
    expect(buckets.map(([name, count]) => [/le="(.+)"/.exec(name)![1], count])).toEqual([
      ['0.001', 2],
      ['0.0025', 3],
      ['0.005', 3],
      ['0.01', 3],
      ['0.025', 3],
      ['0.05', 4],
      ['0.1', 4],
      ['0.25', 4],
      ['0.5', 4],
      ['1', 4],
      ['2.5', 4],
      ['5', 4],
      ['10', 5],
      ['+Inf', 6],
    ]);
    expect(series.get('edgeway_lb_request_duration_seconds_count{pool="main"}')).toBe(6);
    expect(series.get('edgeway_lb_request_duration_seconds_sum{pool="main"}')).toBeCloseTo(20.0331);
  });

  it('counts attempts beyond the first', () => {
    const metrics = createMetrics();
    for (const attempts of [0, 1, 2, 3]) metrics.observe('a', answered({ attempts }));
    expect(shown(metrics).get('edgeway_lb_retries_total{pool="main"}')).toBe(3);
  });

  it('shows 0 for a pool that has seen nothing', () => {
    const series = shown(createMetrics(), ['idle']);
    expect(series.get('edgeway_lb_retries_total{pool="idle"}')).toBe(0);
    expect(series.get('edgeway_lb_request_duration_seconds_count{pool="idle"}')).toBe(0);
  });
});

describe('exposition', () => {
  it('escapes what would end a label, a help text or a line', () => {
    const labels = { a: '\\ " \n' };
    const text = exposition([{ name: 'x', help: 'a\\b\nc"', type: 'gauge', samples: [{ labels, value: 1e21 }] }]);
    expect(text).toBe('# HELP x a\\\\b\\nc"\n# TYPE x gauge\nx{a="\\\\ \\" \\n"} 1e+21\n');
    expect(parse(text).size).toBe(1);
  });
});

describe('counts of other processes', () => {
  const answer = (status: number) => ({
    method: 'GET',
    path: '/',
    status,
    ms: 2,
    requestId: 'x',
    peer: '127.0.0.1',
    pool: 'main',
    endpoint: 'a:1',
    attempts: 2,
  });
  const total = (metrics: ReturnType<typeof createMetrics>, name: string): number =>
    metrics
      .families([])
      .find((family) => family.name === name)!
      .samples.reduce((sum, { value }) => sum + value, 0);

  it('are added up, each once, also when a process is followed by another', () => {
    const primary = createMetrics();
    const worker = createMetrics();
    worker.observe('public', answer(200));
    primary.told('1', worker.snapshot());
    worker.observe('public', answer(502));
    primary.told('1', worker.snapshot());
    primary.told('1', worker.snapshot());
    const next = createMetrics();
    next.observe('public', answer(200));
    primary.told('2', structuredClone(next.snapshot()));
    expect(total(primary, 'edgeway_lb_requests_total')).toBe(3);
    expect(total(primary, 'edgeway_lb_retries_total')).toBe(3);
  });
});
