import type { Address } from './discovery.ts';

/**
 * Where to listen for what the config calls `port`. In a container that is the port itself on `host`
 * (default: all interfaces); the local runner maps it as docker would, by `EDGEWAY_LISTEN=3000=127.0.0.1:41001,…`.
 *
 * @throws RangeError when EDGEWAY_LISTEN is malformed.
 */
export function listenAddress(port: number, env: NodeJS.ProcessEnv = process.env, host = '0.0.0.0'): Address {
  for (const mapping of env['EDGEWAY_LISTEN']?.split(',') ?? []) {
    const match = /^(\d+)=(.+):(\d+)$/.exec(mapping);
    if (match === null) throw new RangeError(`EDGEWAY_LISTEN: "${mapping}" is not PORT=HOST:PORT`);
    if (Number(match[1]) === port) return { host: match[2]!, port: Number(match[3]) };
  }
  return { host, port };
}
