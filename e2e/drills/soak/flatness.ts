import { readdirSync, readFileSync } from 'node:fs';

/** A look at a process from outside. */
export interface Sample {
  readonly rssMiB: number;
  readonly fds: number;
}

export const fdsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

export function rssMiBOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/** Medians in MiB. */
export interface Flatness {
  readonly first: number;
  readonly last: number;
  readonly most: number;
  readonly flat: boolean;
}

/** A fifth is for code to be compiled and buffers to be made. */
const warmUp = 0.2;

/**
 * Whether memory stays: the median of the last third against that of the first, after the warm-up. 15 % and
 * 10 MiB are what a collector may be late by; a connection kept for each request is more within a minute or two.
 */
export function flatness(samples: readonly Sample[]): Flatness {
  const warm = samples.slice(Math.floor(samples.length * warmUp)).map(({ rssMiB }) => rssMiB);
  const third = Math.max(1, Math.floor(warm.length / 3));
  const [first, last] = [median(warm.slice(0, third)), median(warm.slice(-third))];
  const most = Math.round(first * 1.15 + 10);
  return { first, last, most, flat: last <= most };
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
}
