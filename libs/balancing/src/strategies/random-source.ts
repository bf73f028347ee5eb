/** Uniform in [0, 1). Passed in, so that tests are exact and simulations repeat. */
export type Random = () => number;
