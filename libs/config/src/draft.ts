/**
 * Reading a file that has not been checked yet, or did not pass: cross-checks run on faulty files too,
 * so that a name to correct is told together with the rest.
 */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The fields of an object; none of anything else. */
export const entriesOf = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);

/** The items of a list; none of anything else. */
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A field of an object; `undefined` of anything else. */
export const fieldOf = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

/** Where a cross-check puts what it finds: zod's refinement context. */
export interface Faults {
  addIssue(fault: { readonly code: 'custom'; readonly path: PropertyKey[]; readonly message: string }): void;
}
