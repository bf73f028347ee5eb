import type { RequestView } from '../routing/request-view.ts';

/** What a hashing strategy's key says of a request (`source`, `path`, `host`, `header:NAME`, `cookie:NAME`). */
export function affinityOf(key: string): (request: RequestView) => string | undefined {
  const [kind, name = ''] = key.split(':');
  switch (kind) {
    case 'path':
      return ({ path }) => path;
    case 'host':
      return ({ host }) => host;
    case 'header': {
      const field = name.toLowerCase();
      return (request) => request.header(field);
    }
    case 'cookie':
      return (request) => cookieIn(request.header('cookie'), name);
    default:
      return ({ peer }) => peer;
  }
}

/** The value of one cookie in a Cookie field (RFC 6265, 4.2). */
export function cookieIn(field: string | undefined, name: string): string | undefined {
  const pair = field?.split(';').find((pair) => pair.trimStart().startsWith(`${name}=`));
  return pair?.slice(pair.indexOf('=') + 1).trim();
}
