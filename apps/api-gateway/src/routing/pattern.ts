/** A route's `match`, taken apart. A segment that starts with `:` takes any one segment. */
export interface Pattern {
  readonly method: string;
  readonly segments: readonly string[];
}

const form = /^(GET|POST|PUT|PATCH|DELETE) (\/[A-Za-z0-9._~:/-]*)$/;

/** `undefined` when the text is no pattern. */
export function parsePattern(match: string): Pattern | undefined {
  const parts = form.exec(match);
  if (parts === null) return undefined;
  const segments = parts[2]!.slice(1).split('/');
  if (segments.some((segment) => segment === ':' || (segment === '' && segments.length > 1))) return undefined;
  return { method: parts[1]!, segments };
}
