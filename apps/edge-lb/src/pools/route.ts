/** Finds the pool of a path: the longest prefix that ends on a segment. `/api` takes `/api/x`, not `/apiary`. */
export function routeTable<T>(
  routes: readonly { readonly path: string; readonly target: T }[],
): (path: string) => T | undefined {
  const prefixes = routes
    .map(({ path, target }) => ({ prefix: path.endsWith('/') ? path.slice(0, -1) : path, target }))
    .toSorted((a, b) => b.prefix.length - a.prefix.length);
  return (path) =>
    prefixes.find(
      ({ prefix }) => path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/'),
    )?.target;
}
