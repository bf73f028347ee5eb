import { get } from 'node:http';

/** One active check: GET `path`, a 2xx within the time is healthy. Always on a fresh connection, as a new client would come. */
export function probe(address: string, path: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const [host, port] = hostAndPort(address);
    const request = get(
      {
        host,
        port,
        path,
        agent: false,
        headers: { 'user-agent': 'edgeway-health' },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        response.resume();
        resolve(response.statusCode !== undefined && response.statusCode >= 200 && response.statusCode < 300);
      },
    );
    request.on('error', () => resolve(false));
  });
}

/** `[::1]:80` and `127.0.0.1:80` alike. */
export function hostAndPort(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon).replace(/^\[|\]$/g, ''), Number(address.slice(colon + 1))];
}
