import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Family } from './exposition.ts';

/** The time between two looks at the loop; what is beyond it is lag. */
const resolutionMs = 20;

/** This process, as Prometheus' client libraries name it. */
export interface ProcessMetrics {
  families(): Family[];
  close(): void;
}

export function processMetrics(): ProcessMetrics {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return {
    families() {
      const { user, system } = process.cpuUsage();
      const lagSeconds = Math.max(0, delay.percentile(99) / 1e9 - resolutionMs / 1000);
      delay.reset();
      return [
        {
          name: 'process_cpu_seconds_total',
          help: 'Processor time taken, user and system.',
          type: 'counter',
          samples: [{ value: (user + system) / 1e6 }],
        },
        {
          name: 'process_resident_memory_bytes',
          help: 'Resident memory.',
          type: 'gauge',
          samples: [{ value: process.memoryUsage.rss() }],
        },
        {
          name: 'nodejs_eventloop_lag_seconds',
          help: 'By how much the event loop was late since the last scrape, 99th percentile.',
          type: 'gauge',
          samples: [{ value: lagSeconds }],
        },
      ];
    },
    close: () => void delay.disable(),
  };
}
