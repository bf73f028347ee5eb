import { createLogger } from '@edgeway/telemetry';
import { describe, expect, it } from 'vitest';
import type { Answered } from '../engines/answered.ts';
import { accessLog } from './access-log.ts';

const answer: Answered = {
  method: 'GET',
  path: '/x',
  status: 200,
  ms: 1.2345,
  requestId: 'r-1',
  peer: '10.0.0.1',
  pool: 'main',
  endpoint: '10.0.0.2:80',
  attempts: 1,
};

function logging(samplePercent: number, random: () => number) {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (text: string) => void lines.push(JSON.parse(text) as Record<string, unknown>) };
  const log = createLogger({ name: 'edge-lb', instance: 'edge-lb-1', destination });
  return { lines, write: accessLog(log, samplePercent, random) };
}

describe('accessLog', () => {
  it('writes one line for a request', () => {
    const { lines, write } = logging(100, () => 0.999);
    write('public', answer);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ ...answer, ms: 1.2, listener: 'public', msg: 'request' });
  });

  it('writes the part that is asked for', () => {
    const drawn = [0, 0.09, 0.1, 0.5, 0.999];
    const { lines, write } = logging(10, () => drawn.shift()!);
    for (let i = 0; i < 5; i++) write('public', answer);
    expect(lines).toHaveLength(2);
  });

  it('writes failures and lost clients always', () => {
    const { lines, write } = logging(0, () => 0);
    for (const status of [200, 404, 499, 500, 503, 0]) write('public', { ...answer, status });
    expect(lines.map(({ status }) => status)).toEqual([500, 503, 0]);
  });
});
