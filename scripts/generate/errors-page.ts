import { ERROR_SPECS, type ErrorSpec } from '../../src/core/error-specs.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** What an error looks like on each wire. */
const FORMS: readonly string[] = [
  '- **OpenAI** (`/v1`, `/opencode`, and all that is here of no other): `{"error": {"message", "type", "param", "code"}}`.',
  '- **Anthropic** (`/v1/messages`, and `/v1/models` with the header `anthropic-version`): `{"type": "error", "error": {"type", "message"}, "request_id"}`. `type` is Anthropic\'s own for the status, and 422 is 400.',
  '- **Ollama** (`/api`): `{"error": "the message"}`. 422 is 400.',
];

/** `docs/errors.md`. */
export const toErrorsPage = (): string => {
  const specs: [string, ErrorSpec][] = Object.entries(ERROR_SPECS);
  const rows = specs.map(([name, { status, type, openaiCode, isRetryable, meaning }]) => [
    code(name),
    String(status),
    code(type),
    openaiCode === null ? '`null`' : code(openaiCode),
    isRetryable ? 'yes' : 'no',
    meaning,
  ]);
  return `${[
    generatedFrom('src/core/error-specs.ts'),
    '# Errors',
    'An error has the form of the API that was asked:',
    FORMS.join('\n'),
    'The name in the first column is the one that the log uses; status, `type` and `code` are those of the OpenAI form. *Again* says whether the same request may work a little later: where not, the answer has `X-Should-Retry: false`, and where it is known when, `Retry-After`.',
    table(['Name', 'Status', '`type`', '`code`', 'Again', 'What it means, and what to do'], rows),
  ].join('\n\n')}\n`;
};
