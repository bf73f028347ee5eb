import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A message of the llhttp corpus, and whether the strict parser it was written for refuses it. */
export interface CorpusCase {
  readonly name: string;
  readonly kind: 'request' | 'response';
  readonly bytes: Buffer;
  readonly refused: boolean;
}

const folder = join(import.meta.dirname, '../../../../../shared/corpora/llhttp');
/** Error codes that are no refusal: the parser pauses where another protocol takes over. */
const pauses = /error code=(?:21|22|23) /;

/** The corpus, when this machine has it beside the project. */
export function corpus(): CorpusCase[] {
  if (!existsSync(folder)) return [];
  return (['request', 'response'] as const).flatMap((kind) =>
    readdirSync(join(folder, kind)).flatMap((file) =>
      casesOf(kind, file, readFileSync(join(folder, kind, file), 'utf8')),
    ),
  );
}

function casesOf(kind: CorpusCase['kind'], file: string, markdown: string): CorpusCase[] {
  const block =
    /^#+ (?<title>.+)$|<!-- meta=(?<meta>.+?) -->\s*```http\n(?<http>[\s\S]*?)```\s*```log\n(?<log>[\s\S]*?)```/gm;
  let title = '';
  const cases: CorpusCase[] = [];
  for (const { groups } of markdown.matchAll(block)) {
    if (groups?.['title'] !== undefined) title = groups['title'];
    else {
      const { type } = JSON.parse(groups!['meta']!) as { type: string };
      const log = groups!['log']!;
      const strict = log.includes('error code=') && !pauses.test(log);
      cases.push({
        name: `${kind}/${file}: ${title}${type === kind ? '' : ` (${type})`}`,
        kind,
        bytes: bytesOf(groups!['http']!),
        refused: strict || type.includes('lenient'),
      });
    }
  }
  return cases;
}

/** The corpus' own notation: a line end is CR LF, a backslash takes one away or writes a control character. */
function bytesOf(text: string): Buffer {
  const message = text
    .replace(/\n$/, '')
    .replaceAll(/\\\n/g, '')
    .replaceAll('\n', '\r\n')
    .replaceAll('\\r', '\r')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll('\\f', '\f')
    .replaceAll(/\\x([0-9A-Fa-f]+)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(message, 'latin1');
}
