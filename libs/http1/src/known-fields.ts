import { spells } from './bytes.ts';

/**
 * The fields a relay has to know. All others pass through as bytes, never turned into strings.
 * The number is an index into tables; 0 is any other field.
 */
export const known = [
  '',
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'via',
  'max-forwards',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
  'x-request-id',
  'traceparent',
  'tracestate',
  'cookie',
  'authorization',
  'proxy-authentication-info',
] as const;

export type KnownField = Exclude<(typeof known)[number], ''>;

/** The index of a known field, for code that is written once and run for each request. */
export const idOf = (name: KnownField): number => known.indexOf(name);

/** Step of the rolling hash by which a name is recognised while it is read. */
export const hashStep = (hash: number, lowerCase: number): number => (Math.imul(hash, 31) + lowerCase) | 0;

export const hashOf = (name: string): number =>
  Array.from(name).reduce((hash, c) => hashStep(hash, c.charCodeAt(0)), 0);

const byHash = new Map(known.map((name, id) => [hashOf(name), id]));

/** Which field this is; 0 for one that no relay needs to know. */
export function recognise(bytes: Uint8Array, start: number, end: number, hash: number): number {
  const id = byHash.get(hash);
  return id !== undefined && spells(bytes, start, end, known[id]!) ? id : 0;
}
