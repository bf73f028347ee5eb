import { z } from 'zod';
import { EdgeConfig } from './schema.ts';

interface Node {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly required?: readonly string[];
}

const preamble = `# edge-lb.yaml: every field

Made from the schema (\`apps/edge-lb/src/config\`) and checked against it by a test; change the schema, not this page.
\`NAME\` is a name of your choice, \`[]\` an entry of a list. \`npm run edge-lb -- check FILE\` lists every fault of a file.
`;

/** The reference page of the configuration file, as Markdown. */
export function configReference(): string {
  const root = z.toJSONSchema(EdgeConfig, { io: 'input', unrepresentable: 'any' }) as Node;
  const rows = rowsOf(root, '');
  const lines = rows.map(({ path, values, meaning }) => `| \`${path}\` | ${values} | ${meaning} |`);
  return `${preamble}\n| field | values | meaning |\n| --- | --- | --- |\n${lines.join('\n')}\n`;
}

interface Row {
  readonly path: string;
  readonly values: string;
  readonly meaning: string;
}

function rowsOf(node: Node, path: string): Row[] {
  const children = childrenOf(node);
  // What only groups others needs no line of its own, unless it says something.
  const named = path !== '' && !/(?:\.NAME|\[\])$/.test(path);
  const own = named && (children.length === 0 || node.description !== undefined) ? [rowOf(node, path)] : [];
  return [...own, ...children.flatMap(([name, child]) => rowsOf(child, `${path}${name}`))];
}

function childrenOf(node: Node): [string, Node][] {
  const { properties = {}, additionalProperties, items, anyOf = [] } = node;
  return [
    ...Object.entries(properties).map(([name, child]): [string, Node] => [`.${name}`, child]),
    ...(typeof additionalProperties === 'object' && additionalProperties.properties !== undefined
      ? ([['.NAME', additionalProperties]] as [string, Node][])
      : []),
    ...(items !== undefined && items.properties !== undefined ? ([['[]', items]] as [string, Node][]) : []),
    ...anyOf.flatMap((option) => (option.properties === undefined ? [] : childrenOf(option))),
  ];
}

const rowOf = (node: Node, path: string): Row => ({
  path: path.replace(/^\./, ''),
  values: valuesOf(node).replaceAll('|', '\\|'),
  meaning: (node.description ?? '').replaceAll('|', '\\|'),
});

function valuesOf({ type, enum: values, const: only, anyOf, items, additionalProperties }: Node): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (only !== undefined) return `\`${typeof only === 'string' ? only : JSON.stringify(only)}\``;
  if (anyOf !== undefined) return [...new Set(anyOf.map(valuesOf))].filter(Boolean).join(', or ');
  if (items !== undefined) return `list of ${valuesOf(items) || 'entries'}`;
  if (type === 'object') return typeof additionalProperties === 'object' ? 'by name' : 'fields';
  return typeof type === 'string' ? type : '';
}
