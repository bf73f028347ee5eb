export { BodyFraming } from './body.ts';
export type { Bytes } from './bytes.ts';
export { detailOf, faults, statusOf, type Fault } from './fault.ts';
export type { Progress } from './field-section.ts';
export { dropTable, hopByHopFields, nominatedBy } from './hop-by-hop.ts';
export { idOf, type KnownField } from './known-fields.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { RequestHead } from './request-head.ts';
export { ResponseHead, type BodyEnd } from './response-head.ts';
