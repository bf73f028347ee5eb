import type { Address } from '@edgeway/discovery';
import { z } from 'zod';
import { hostAndPort, hostAndPortPattern } from '../pools/host-and-port.ts';

/** Seconds that may be a fraction; at most a day. */
export const seconds = (fallback: number, what: string) =>
  z
    .number('must be a number of seconds')
    .positive('must be > 0')
    .max(86_400, 'must be at most 86400')
    .default(fallback)
    .describe(what);

// multipleOf(1) and not int(): a fault of that kind would keep crossChecks from running.
export const wholeNumber = (least: number, what: string) =>
  z
    .number('must be a whole number')
    .multipleOf(1, 'must be a whole number')
    .min(least, least === 1 ? 'must be > 0' : `must be >= ${least}`)
    .describe(what);

export const count = (fallback: number, what: string) => wholeNumber(1, what).default(fallback);

export const percent = (fallback: number, what: string) =>
  z
    .number('must be a percentage')
    .min(0, 'must be >= 0')
    .max(100, 'must be at most 100')
    .default(fallback)
    .describe(what);

export const portNumber = z
  .number('must be a port')
  .multipleOf(1, 'must be a port')
  .min(1, 'must be a port, 1 to 65535')
  .max(65_535, 'must be a port, 1 to 65535');

const isAddress = (text: string): boolean => {
  const port = Number(hostAndPortPattern.exec(text)?.[1] ?? 0);
  return port >= 1 && port <= 65_535;
};

export const endpointAddress = z.string('must be HOST:PORT').refine(isAddress, 'must be HOST:PORT');

/** HOST:PORT, or a port on the interfaces of `fallbackHost`. */
export const listenAt = (fallbackHost: string) =>
  z.union([portNumber, endpointAddress], 'must be HOST:PORT or a port').transform((at): Address => {
    if (typeof at === 'number') return { host: fallbackHost, port: at };
    const [host, port] = hostAndPort(at);
    return { host, port };
  });

/** A field name in lower case (RFC 9110, 5.1). */
export const fieldName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be a field name')
  .toLowerCase();
