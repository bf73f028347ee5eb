import { styleText } from 'node:util';

/** What one sees while a stack starts and runs. */
export interface Progress {
  /** A line that stays. */
  say(line: string): void;
  started(name: string, what: string): void;
  /** No more is awaited. */
  end(): void;
}

const redrawMs = 100;

/**
 * Lines, and on a terminal below them one that changes: what is still awaited, and for how long.
 *
 * @param awaited names, which {@link Progress.started} takes off.
 */
export function progress(awaited: Iterable<string>, out: NodeJS.WriteStream = process.stdout): Progress {
  const left = new Set(awaited);
  const began = performance.now();
  const erase = out.isTTY ? '\r\x1b[K' : '';
  const draw = (): void => {
    if (left.size === 0) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const line = `  … ${seconds} s, awaiting ${[...left].join(', ')}`;
    out.write(`${erase}${styleText('dim', line.slice(0, out.columns - 1))}`);
  };
  const timer = out.isTTY ? setInterval(draw, redrawMs) : undefined;
  const say = (line: string): void => void out.write(`${erase}${line}\n`);
  return {
    say,
    started(name, what) {
      left.delete(name);
      say(`  ${styleText('green', '✓', { stream: out })} ${what}`);
    },
    end() {
      clearInterval(timer);
      left.clear();
      out.write(erase);
    },
  };
}
