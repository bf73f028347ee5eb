/** One that waits for room. */
export interface Waiting {
  cancel(): void;
}

export interface QueueOptions {
  /** How many may wait. */
  readonly length: number;
  readonly waitMs: number;
}

/** Those who found every endpoint full, in the order they came. Bounded in number and time: a queue that grows helps nobody. */
export class Queue {
  private readonly waiting = new Set<{ readonly onTurn: () => void; readonly timer: NodeJS.Timeout }>();
  private options: QueueOptions;

  constructor(options: QueueOptions) {
    this.options = options;
  }

  /** For those who come from now on. */
  configure(options: QueueOptions): void {
    this.options = options;
  }

  get length(): number {
    return this.waiting.size;
  }

  /**
   * @param onTurn there may be room: try, and wait again if there is none after all.
   * @param onLate it took too long.
   * @returns `undefined` when too many wait already.
   */
  wait(onTurn: () => void, onLate: () => void): Waiting | undefined {
    if (this.waiting.size >= this.options.length) return undefined;
    const timer = setTimeout(() => {
      this.waiting.delete(entry);
      onLate();
    }, this.options.waitMs);
    const entry = { onTurn, timer };
    this.waiting.add(entry);
    return {
      cancel: () => {
        clearTimeout(timer);
        this.waiting.delete(entry);
      },
    };
  }

  /** There is room for one more. */
  next(): void {
    for (const entry of this.waiting) {
      clearTimeout(entry.timer);
      this.waiting.delete(entry);
      return entry.onTurn();
    }
  }
}
