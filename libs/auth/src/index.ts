export {
  accessTokenSeconds,
  createAccessTokenIssuer,
  createAccessTokenVerifier,
  type AccessTokenIssuer,
  type AccessTokenVerifier,
} from './access-token.ts';
export type { Identity } from './identity.ts';
export { createInternalTokenIssuer, createInternalTokenVerifier, internalTokenSeconds } from './internal-token.ts';
export { generateKeyPair, parseJwk, publicHalf, readJwk, type JwkPair } from './keys.ts';
export { createRevocationList, type RevocationList } from './revocation-list.ts';
export { adminScopes, userScopes, type Scope } from './scopes.ts';
