import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RequestView } from '../routing/request-view.ts';
import { cookieIn } from './affinity.ts';

/** Keeps a client on the endpoint that a cookie names. */
export interface Sticky {
  /** The address that the request's cookie names, when we have signed it. */
  endpointOf(request: RequestView): string | undefined;
  /** The field line that makes the client come back to `endpoint`; empty when it does already. */
  setCookie(endpoint: string, stuckTo: string | undefined): string;
}

export interface StickyOptions {
  readonly cookie: string;
  readonly secret: string;
  readonly secure: boolean;
}

/**
 * A session cookie, signed, since its content decides where requests go; without the address in the
 * clear it would still tell clients which of them share an endpoint, so the address is all there is.
 */
export function sticky({ cookie, secret, secure }: StickyOptions): Sticky {
  const sign = (text: string): Buffer => createHmac('sha256', secret).update(text).digest().subarray(0, 16);
  const valueOf = (endpoint: string): string =>
    `${Buffer.from(endpoint).toString('base64url')}.${sign(endpoint).toString('base64url')}`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return {
    endpointOf(request) {
      const [address = '', signature = ''] = cookieIn(request.header('cookie'), cookie)?.split('.') ?? [];
      const endpoint = Buffer.from(address, 'base64url').toString();
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(endpoint);
      return given.length === expected.length && timingSafeEqual(given, expected) ? endpoint : undefined;
    },
    setCookie: (endpoint, stuckTo) =>
      stuckTo === endpoint ? '' : `set-cookie: ${cookie}=${valueOf(endpoint)}; ${attributes}\r\n`,
  };
}
