import type { IncomingHttpHeaders } from 'node:http';
import { endToEnd, type Fields } from '@edgeway/service-client';

export interface Vouched {
  /** Minted by this gateway; absent on public routes. */
  readonly internalToken?: string | undefined;
  readonly requestId: string;
  readonly clientAddress: string;
}

/** What a client may not say inside: who it is, where it comes from, and how it got here. The gateway says that. */
const ours =
  /^(authorization|cookie|forwarded|host|via|x-request-id|x-real-ip|x-forwarded-.*|x-user.*|x-identity.*|x-edgeway-.*)$/;

/** The fields a service gets: the client's, without identity and forwarding claims, and ours instead. */
export function outgoingHeaders(
  headers: IncomingHttpHeaders,
  { internalToken, requestId, clientAddress }: Vouched,
): Fields {
  // Some servers read X_User_Id as X-User-Id.
  const isTheirs = ([name]: readonly [string, unknown]): boolean => !ours.test(name.replaceAll('_', '-'));
  const kept: Fields = Object.fromEntries(Object.entries(endToEnd(headers)).filter(isTheirs));
  return {
    ...kept,
    ...(internalToken === undefined ? {} : { authorization: `Bearer ${internalToken}` }),
    'x-request-id': requestId,
    'x-forwarded-for': clientAddress,
    'x-forwarded-proto': 'http',
    via: '1.1 edgeway-gateway',
  };
}
