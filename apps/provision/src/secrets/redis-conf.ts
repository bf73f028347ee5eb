/**
 * Redis as this system uses it: rate limits and revocations, all short-lived and all rebuilt from
 * PostgreSQL or by time, so nothing is written to disk. When memory is full it refuses writes
 * rather than drop a revocation unseen.
 */
export function redisConf(password: string): string {
  return `requirepass ${password}
maxmemory 128mb
maxmemory-policy noeviction
save ""
appendonly no
dir /data
`;
}
