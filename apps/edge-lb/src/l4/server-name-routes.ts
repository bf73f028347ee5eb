/**
 * Finds what a server name leads to: the name itself, else the longest wildcard it ends with, else `*`,
 * which also takes clients that name no server. `*.example.org` takes `a.example.org` and
 * `a.b.example.org`, not `example.org`.
 *
 * @throws RangeError when a pattern is neither a name, `*.` and a name, nor `*`.
 */
export function serverNameRoutes<T>(
  targets: Readonly<Record<string, T>>,
): (serverName: string | undefined) => T | undefined {
  for (const pattern of Object.keys(targets))
    if (!/^(?:\*|(?:\*\.)?[a-z\d_-]+(?:\.[a-z\d_-]+)*)$/i.test(pattern))
      throw new RangeError(`"${pattern}" is neither a host name, *. and a host name, nor *`);
  const routes = new Map(Object.entries(targets).map(([pattern, target]) => [pattern.toLowerCase(), target]));
  return (serverName) => {
    const exact = serverName === undefined ? undefined : routes.get(serverName);
    if (exact !== undefined || serverName === undefined) return exact ?? routes.get('*');
    for (let dot = serverName.indexOf('.'); dot !== -1; dot = serverName.indexOf('.', dot + 1)) {
      const target = routes.get(`*${serverName.slice(dot)}`);
      if (target !== undefined) return target;
    }
    return routes.get('*');
  };
}
