const maxLines = 3;
const maxColumns = 160;
/** pino's levels: what is below tells of ordinary work. */
const warning = 40;

/** What a process that crashed said last, for below the line that tells of it; nothing for one that was killed. */
export function lastWords(how: string, lines: readonly string[]): string {
  if (how === 'SIGKILL' || how === 'SIGTERM') return '';
  return lines
    .map(worthTelling)
    .filter((line) => line !== '')
    .slice(-maxLines)
    .map((line) => `\n      ${line.slice(0, maxColumns)}`)
    .join('');
}

/** A log line as people read it: empty for one of ordinary work, and as it is when it is not JSON. */
function worthTelling(line: string): string {
  const parsed = parse(line);
  if (parsed === undefined) return line;
  if ((parsed.level ?? warning) < warning) return '';
  return [parsed.msg, parsed.err?.message].filter(Boolean).join(': ');
}

function parse(line: string): { level?: number; msg?: string; err?: { message?: string } } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
