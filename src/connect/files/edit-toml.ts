import { type ReadToml, readToml, toTomlValues } from './read-toml.ts';
import { cannotBeChanged, isBelow, setTomlValue, type TomlChange } from './set-toml-value.ts';

/**
 * Sets values in the text of a TOML file; everything else stays as it is, comments, order and formatting included. `null` stands
 * for no file.
 *
 * @param decide is given what the file holds, and says what to set and what to take out
 * @throws GatewayError that says where the text cannot be read, or that something else would change
 */
export const editToml = (
  text: string | null,
  decide: (present: Readonly<Record<string, unknown>>) => readonly TomlChange[],
): string => {
  const original = text ?? '';
  const body = original.replace(/^\uFEFF/, '');
  const before = readToml(body);
  const changes = decide(toTomlValues(before));
  const eol = /^[^\n]*\r\n/.test(body) ? '\r\n' : '\n';
  let edited = body.trim() === '' ? '' : body;
  for (const change of changes) edited = setTomlValue(edited, change, eol);
  check(body, before, edited, changes);
  return original.slice(0, original.length - body.length) + edited;
};

/** Whatever was done to the text: what is not to be changed has to be what it was, character by character. */
const check = (body: string, before: ReadToml, edited: string, changes: readonly TomlChange[]): void => {
  let after: ReadToml;
  try {
    after = readToml(edited);
  } catch {
    throw cannotBeChanged();
  }
  const areSame = JSON.stringify(toOthers(body, before, changes)) === JSON.stringify(toOthers(edited, after, changes));
  const values = toTomlValues(after);
  const areSet = changes.every(({ path, value }) => (valueAt(values, path) ?? null) === value);
  if (!areSame || !areSet) throw cannotBeChanged();
};

/** What is written outside of what is changed, in its order. */
const toOthers = (text: string, { entries, tables }: ReadToml, changes: readonly TomlChange[]) => {
  const isOurs = (path: readonly (string | number)[]) =>
    changes.some((change) => isBelow(path, change.path) || isBelow(change.path, path));
  return {
    entries: entries
      .filter(({ path, node }) => !isOurs(path) && node.value.type !== 'TOMLInlineTable')
      .map(({ path, node }) => [path, text.slice(...node.value.range)]),
    tables: tables
      .filter(({ resolvedKey }) => !isOurs(resolvedKey))
      .map(({ kind, resolvedKey }) => [kind, resolvedKey]),
  };
};

const valueAt = (values: unknown, [name, ...rest]: readonly string[]): unknown => {
  if (name === undefined) return values;
  return isTable(values) && Object.hasOwn(values, name) ? valueAt(values[name], rest) : undefined;
};

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
