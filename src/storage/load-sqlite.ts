import type * as sqlite from 'node:sqlite';

/**
 * Loads `node:sqlite` when it is first needed; `null` where this Node.js has none.
 *
 * Up to some 24.x, Node.js says on stderr that it is experimental as soon as it is loaded. That is for developers to know, and
 * nothing for users to act on: this one warning is held back.
 */
export const loadSqlite = (): typeof sqlite | null => {
  const original = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (rest[0] === 'ExperimentalWarning' && String(warning).startsWith('SQLite ')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule('node:sqlite') ?? null;
  } catch {
    return null;
  } finally {
    if (original !== undefined) Object.defineProperty(process, 'emitWarning', original);
  }
};
