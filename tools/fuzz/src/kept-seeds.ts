import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputOf } from './fuzz.ts';

/** An input that once found something. Bytes outlive changes of the generator, an iteration does not. */
export interface KeptSeed {
  readonly note: string;
  readonly bytes?: string;
  readonly seed?: number;
  readonly iteration?: number;
}

const file = join(import.meta.dirname, '../kept-seeds.json');

export const keptSeeds = (): KeptSeed[] => JSON.parse(readFileSync(file, 'utf8')) as KeptSeed[];

export const bytesOf = ({ bytes, seed = 1, iteration = 0 }: KeptSeed): string => bytes ?? inputOf(seed, iteration);

export function keep(kept: KeptSeed): void {
  const all = keptSeeds();
  if (all.some(({ bytes }) => bytes === kept.bytes)) return;
  writeFileSync(file, `${printable([...all, kept], 2)}\n`);
}

/** JSON in which every byte can be seen: a no-break space looks like a space. */
export const printable = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replaceAll(/[\x7f-\xff]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
