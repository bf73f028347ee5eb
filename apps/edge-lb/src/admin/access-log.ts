import type { Logger } from '@edgeway/telemetry';
import type { Answered } from '../engines/answered.ts';

/**
 * Writes one line for each request of the sample, and for each that failed or whose client left.
 *
 * @param samplePercent of requests; 100 is all.
 * @param random uniform in [0, 1).
 */
export function accessLog(
  log: Logger,
  samplePercent: number,
  random: () => number,
): (listener: string, answer: Answered) => void {
  return (listener, answer) => {
    const { requestId, peer, method, path, status, ms, pool, endpoint, attempts } = answer;
    const failed = status >= 500 || status === 0;
    if (!failed && random() * 100 >= samplePercent) return;
    const rounded = Math.round(ms * 10) / 10;
    log.info({ listener, requestId, peer, method, path, status, ms: rounded, pool, endpoint, attempts }, 'request');
  };
}
