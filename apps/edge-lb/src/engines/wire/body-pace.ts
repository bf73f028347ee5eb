import type { ListenerLimits } from '../../config/schema.ts';

/** Whether a body comes at some least average rate, once a grace is over. A trickle would hold a connection for ever. */
export class BodyPace {
  private since: number;
  private bytes = 0;

  constructor(now: number) {
    this.since = now;
  }

  came(bytes: number): void {
    this.bytes += bytes;
  }

  /** It was this side that did not read. */
  paused(ms: number): void {
    this.since += ms;
  }

  isSlow(now: number, { bodyGraceSeconds, bodyBytesPerSecond }: ListenerLimits): boolean {
    return now - this.since > (bodyGraceSeconds + this.bytes / bodyBytesPerSecond) * 1000;
  }
}
