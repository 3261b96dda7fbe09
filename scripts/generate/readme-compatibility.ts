import { compatibility, type Endpoint, type Parameter } from './compatibility.ts';
import { code, table } from './markdown.ts';

const BEGIN = '<!-- compatibility: generated from docs/compatibility.json by `npm run generate` -->';
const END = '<!-- compatibility: end -->';

/** The endpoints that a model answers; the rest is in `docs/compatibility.md`. */
const ANSWERING: readonly string[] = [
  'chat-completions',
  'responses',
  'messages',
  'ollama-chat',
  'ollama-generate',
  'completions',
];

/** So many fields within one are told as the others of it. */
const MANY = 4;

/** `README.md`, of which all but the table between the two comments is written by hand. */
export const toReadme = (present: string): string => {
  const begin = present.indexOf(BEGIN);
  const end = present.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`README.md needs the lines ${BEGIN} and ${END}, in this order.`);
  const section = table(['Endpoint', 'Honoured', 'Ignored', 'Refused'], ANSWERING.map(toRow));
  return `${present.slice(0, begin)}${BEGIN}\n\n${section}\n\n${present.slice(end)}`;
};

const toRow = (id: string): readonly string[] => {
  const endpoint = compatibility.find((each) => each.id === id);
  if (endpoint === undefined) throw new Error(`docs/compatibility.json has no endpoint ${id}.`);
  return [
    code(`${endpoint.method} ${endpoint.path}`),
    toCell(endpoint, 'honoured'),
    toCell(endpoint, 'ignored'),
    toCell(endpoint, 'refused'),
  ];
};

const toCell = ({ parameters }: Endpoint, status: Parameter['status']): string => {
  const names = parameters.filter((parameter) => parameter.status === status).map(({ name }) => name);
  const told = names.filter((name) => !names.includes(toOuter(name)) || !name.includes('.'));
  const countOf = (outer: string): number => told.filter((name) => name !== outer && toOuter(name) === outer).length;
  const many = new Set(told.map(toOuter).filter((outer) => countOf(outer) >= MANY));
  return (
    [
      ...told.filter((name) => !many.has(toOuter(name))).map(code),
      ...[...many].map((outer) => `all other ${code(outer)}`),
    ].join(', ') || '–'
  );
};

const toOuter = (name: string): string => name.split('.', 1).join('');
