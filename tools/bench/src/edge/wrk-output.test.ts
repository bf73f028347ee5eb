import { describe, expect, it } from 'vitest';
import { parseWrk } from './wrk-output.ts';

const output = (more = ''): string => `Running 3s test @ http://127.0.0.1:20000/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.10ms    1.02ms  30.11ms   90.12%
    Req/Sec    31.00k     1.20k   33.00k    70.00%
  Latency Distribution
     50%  980.00us
     75%    2.20ms
     90%    3.01ms
     99%    1.50s
  92761 requests in 3.00s, 20.00MB read
${more}Requests/sec:  30920.10
Transfer/sec:      6.66MB
`;

describe('parseWrk', () => {
  it('reads counts, and percentiles in their units', () => {
    expect(parseWrk(output())).toEqual({ requests: 92_761, rps: 30_920.1, p50Ms: 0.98, p99Ms: 1500 });
  });

  it.each(['  Non-2xx or 3xx responses: 3\n', '  Socket errors: connect 0, read 3, write 0, timeout 0\n'])(
    'gives no figure when something failed: %j',
    (line) => expect(() => parseWrk(output(line))).toThrow(/wrk: (Non|Socket)/),
  );

  it('takes slow answers for answers', () => {
    expect(parseWrk(output('  Socket errors: connect 0, read 0, write 0, timeout 4\n')).requests).toBe(92_761);
  });
});
