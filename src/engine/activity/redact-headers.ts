/** Header names whose values let somebody in. */
const SECRET_NAME = /authorization|cookie|token|secret|password|api-?key|credential/i;

/** What keys and tokens look like: ours, Cursor's, and those of other services that a tool may send by mistake. */
const SECRET_VALUE = /\b(?:portside|crsr|sk|ghp|gho|xox[abp])[-_][\w-]{8,}|\beyJ[\w-]+\.[\w-]+\./i;

const LEFT_OUT = '(left out)';

/** Headers as people may see them: what is or may be a secret is left out. Pure. */
export const redactHeaders = (
  headers: readonly (readonly [name: string, value: string])[],
): readonly (readonly [name: string, value: string])[] =>
  headers.map(([name, value]) => [name, SECRET_NAME.test(name) || SECRET_VALUE.test(value) ? LEFT_OUT : value]);
