/** `127.0.0.1:80`, `name:80` or `[::1]:80`. */
export const hostAndPortPattern = /^(?:\[[\da-fA-F:.]+\]|[^\s:[\]]+):(\d{1,5})$/;

/** Splits what {@link hostAndPortPattern} matches; an IPv6 address loses its brackets. */
export function hostAndPort(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon).replace(/^\[|\]$/g, ''), Number(address.slice(colon + 1))];
}

/** The address of an endpoint, from its parts. */
export const addressOf = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
