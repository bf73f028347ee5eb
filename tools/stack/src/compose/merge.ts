type Value = unknown;
const isMap = (value: Value): value is Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields whose lists an override replaces; all other lists grow (docker compose's merge rules). */
const replaced = new Set(['command', 'entrypoint', 'test', 'profiles']);

/** Lays an override file over a base, as docker compose does for what we use. */
export function mergeCompose(base: Value, override: Value, key = ''): Value {
  if (isMap(base) && isMap(override)) {
    const merged: Record<string, Value> = { ...base };
    for (const [name, value] of Object.entries(override))
      merged[name] = name in base ? mergeCompose(base[name], value, name) : value;
    return merged;
  }
  if (Array.isArray(base) && Array.isArray(override) && !replaced.has(key)) return [...new Set([...base, ...override])];
  return override;
}
