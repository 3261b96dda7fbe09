import { ERROR_SPECS, type ErrorSpec } from '../../src/core/error-specs.ts';
import { code, generatedFrom, table } from './markdown.ts';

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
    'Every error has OpenAI\'s form: `{"error": {"message", "type", "param", "code"}}`. The name in the first column is the one that the log uses. *Again* says whether the same request may work a little later.',
    table(['Name', 'Status', '`type`', '`code`', 'Again', 'What it means, and what to do'], rows),
  ].join('\n\n')}\n`;
};
