export { jsonBody, parseQuery } from './body.ts';
export type { ReadinessChecks } from './health.ts';
export { identityOf, internalIdentity, requireScope, type IdentityVerifier } from './identity.ts';
export { requestIdOf } from './request-id.ts';
export { startHttpService, type HttpServiceOptions, type RunningHttp } from './start-http-service.ts';
