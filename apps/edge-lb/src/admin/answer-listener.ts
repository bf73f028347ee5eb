import type { Logger } from '@edgeway/telemetry';
import type { EdgeConfig } from '../config/schema.ts';
import type { Answered } from '../engines/answered.ts';
import { accessLog } from './access-log.ts';
import type { Metrics } from './metrics.ts';

/** Who is told of each answered request, as the file wants it: nobody, when it wants neither metrics nor a log. */
export function answerListener(
  log: Logger,
  { admin, accessLog: logged }: EdgeConfig,
  metrics: Metrics,
): ((listener: string, answer: Answered) => void) | undefined {
  const line = logged && accessLog(log, logged.samplePercent, Math.random);
  if (admin === undefined) return line;
  if (line === undefined) return metrics.observe;
  return (listener, answer) => {
    metrics.observe(listener, answer);
    line(listener, answer);
  };
}
