export { catalogue, type ErrorCode, type ErrorKind } from './catalogue.ts';
export { CodedError, isCoded, type CodedErrorOptions, type FieldFault } from './coded-error.ts';
export { problemOf, type Problem, type ProblemAnswer } from './problem.ts';
