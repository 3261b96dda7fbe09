import { compatibility, type Endpoint } from './compatibility.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** `docs/compatibility.md`. */
export const toCompatibilityPage = (): string => {
  const served = compatibility.filter(({ refused }) => refused === undefined);
  const refused = compatibility.filter((endpoint) => endpoint.refused !== undefined);
  return `${[
    generatedFrom('docs/compatibility.json'),
    '# Compatibility',
    'What becomes of each parameter. *Honoured* means that it makes the difference that it should. *Ignored* means that the request is answered as if it were not there, and that the response header `X-Portside-Ignored` names it. *Refused* means that the request fails, with an error that names it. A field that is not listed is ignored where a model answers, and named. A test proves each line. What is told of Chat Completions holds below `/opencode/v1` and `/opencodev2/v1` too.',
    ...served.flatMap(toSection),
    '## Refused altogether',
    'With status 501.',
    table(
      ['Endpoint', 'Why'],
      refused.map(({ method, path, refused: why }) => [code(`${method} ${path}`), why ?? '']),
    ),
  ].join('\n\n')}\n`;
};

const toSection = ({ title, method, path, parameters }: Endpoint): string[] => [
  `## ${title}`,
  code(`${method} ${path}`),
  table(
    ['Parameter', 'What becomes of it', ''],
    parameters.map(({ name, status, note, in: place }) => [
      place === undefined ? code(name) : `${code(name)} in the query`,
      status,
      note ?? '',
    ]),
  ),
];
