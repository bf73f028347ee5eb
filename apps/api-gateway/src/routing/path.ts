import { CodedError } from '@edgeway/errors';

/** What a segment may hold once decoded; a slash or a NUL in it would mean something else to the next reader. */
const forbidden = /[/\\\p{Cc}]/u;

/**
 * The decoded segments of a path, refused unless it is in normal form. The route table and the
 * service behind it must read a path alike: `/api/../admin`, `//`, `%2e%2e`, `%2F` are ways to make
 * them differ.
 *
 * @throws CodedError PATH_INVALID
 */
export function segmentsOf(path: string): string[] {
  const raw = path.slice(1).split('/');
  // One slash at the end is a path of its own; it matches no route.
  return raw.map((segment, i) => {
    const decoded = decode(segment);
    const empty = decoded === '' && i < raw.length - 1;
    if (decoded === undefined || empty || decoded === '.' || decoded === '..' || forbidden.test(decoded))
      throw new CodedError('PATH_INVALID');
    return decoded;
  });
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
