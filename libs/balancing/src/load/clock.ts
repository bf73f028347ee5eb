/** Milliseconds since any fixed moment, never going back. Passed in, so that tests need not wait. */
export type Clock = () => number;
