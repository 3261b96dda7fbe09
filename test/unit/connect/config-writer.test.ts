import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { CONNECT_TOOLS, createConfigWriter, MASK, MissingCopyError } from '../../../src/connect/main.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';
import { createConnection, findTool } from './connections.ts';

/** Of no secret's form: files are searched for those. */
const TOKEN = 'a-token-of-a-test';

const openCode = findTool(CONNECT_TOOLS, 'opencode');

const createPlace = () => {
  const folder = createTemporaryFolder();
  const backups = folder.join('data', 'connect');
  const file = folder.join('tool', 'config', 'opencode.json');
  const writer = createConfigWriter({ folder: backups, now: () => Date.UTC(2030, 0, 2, 3, 4, 5, 6) });
  const prepare = (changes = {}) =>
    writer.prepare({ tool: openCode, connection: createConnection({ token: TOKEN, ...changes }), file });
  return {
    file,
    backups,
    writer,
    prepare,
    join: folder.join,
    write: async (changes = {}) => writer.write(await prepare(changes)),
    put(text: string) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    read: () => readFileSync(file, 'utf8'),
    [Symbol.dispose]: folder.remove,
  };
};

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

test('a new file is made with its folder, for its owner alone, and undoing removes it', async () => {
  using place = createPlace();
  const prepared = await place.prepare();
  expect(prepared).toMatchObject({ toolId: 'opencode', file: place.file, before: null });
  expect(existsSync(place.file)).toBe(false);
  expect(await place.writer.canUndo('opencode')).toBe(false);

  expect(await place.writer.write(prepared)).toEqual({ backup: null });
  expect(place.read()).toBe(prepared.after);
  expect(modeOf(place.file)).toBe('600');
  expect(await place.writer.canUndo('opencode')).toBe(true);
  expect(await place.writer.canUndo('zed')).toBe(false);

  expect(await place.writer.undo('opencode')).toEqual({ file: place.file, isRemoved: true, backup: null });
  expect(existsSync(place.file)).toBe(false);
  expect(await place.writer.canUndo('opencode')).toBe(false);
  await expect(place.writer.undo('opencode')).rejects.toMatchObject({ code: 'not_found' });
});

test('a file keeps its mode; its copy is for its owner alone, and comes back', async () => {
  using place = createPlace();
  place.put('// Mine\n{ "theme": "x" }\n');
  chmodSync(place.file, 0o644);
  const umask = process.umask(0o077);
  const { backup } = await place.write().finally(() => process.umask(umask));
  expect(modeOf(place.file)).toBe('644');
  expect(path.dirname(backup ?? '')).toBe(place.backups);
  expect(readFileSync(backup ?? '', 'utf8')).toBe('// Mine\n{ "theme": "x" }\n');
  expect([modeOf(backup ?? ''), modeOf(place.backups)]).toEqual(['600', '700']);
  expect(readdirSync(path.dirname(place.file))).toEqual(['opencode.json']);

  expect(await place.writer.undo('opencode')).toEqual({ file: place.file, isRemoved: false, backup: null });
  expect(place.read()).toBe('// Mine\n{ "theme": "x" }\n');
  expect(modeOf(place.file)).toBe('644');
  expect(existsSync(backup ?? '')).toBe(false);
});

test('writes are undone one after the other, also by another process', async () => {
  using place = createPlace();
  place.put('{}');
  await place.write({ model: 'composer-2.5' });
  const first = place.read();
  await place.write({ baseUrl: 'http://127.0.0.1:1/v1' });
  expect(place.read()).not.toBe(first);
  const other = createConfigWriter({ folder: place.backups });
  await other.undo('opencode');
  expect(place.read()).toBe(first);
  await other.undo('opencode');
  expect(place.read()).toBe('{}');
  expect(await place.writer.canUndo('opencode')).toBe(false);
});

test('as many copies are kept as can be undone', async () => {
  using place = createPlace();
  place.put('{}');
  for (let port = 1; port <= 13; port += 1) await place.write({ baseUrl: `http://127.0.0.1:${port}/v1` });
  expect(readdirSync(place.backups).filter((name) => name.endsWith('.backup'))).toHaveLength(10);
  for (let port = 12; port >= 3; port -= 1) {
    await place.writer.undo('opencode');
    expect(place.read()).toContain(`127.0.0.1:${port}/`);
  }
  expect(await place.writer.canUndo('opencode')).toBe(false);
  expect(readdirSync(place.backups)).toEqual(['opencode.json']);
});

describe('copies of what a forced undo took back', () => {
  const copies = (place: ReturnType<typeof createPlace>) =>
    readdirSync(place.backups)
      .filter((name) => name.endsWith('.backup'))
      .map((name) => readFileSync(path.join(place.backups, name), 'utf8'));
  const undoByForce = async (place: ReturnType<typeof createPlace>, mine: string) => {
    place.put(mine);
    return await place.writer.undo('opencode', { force: true });
  };

  test('with the last write, only the latest stays, until the next undo that leaves none', async () => {
    using place = createPlace();
    place.put('{}');
    await place.write();
    await place.write({ model: 'composer-2.5' });
    await undoByForce(place, '{"mine":1}');
    expect(copies(place).toSorted()).toEqual(['{"mine":1}', '{}']);
    const { backup } = await undoByForce(place, '{"mine":2}');
    expect(copies(place)).toEqual(['{"mine":2}']);
    expect(readFileSync(backup ?? '', 'utf8')).toBe('{"mine":2}');
    expect(await place.writer.canUndo('opencode')).toBe(false);
    await expect(place.writer.undo('opencode', { force: true })).rejects.toMatchObject({ code: 'not_found' });
    await place.write();
    expect(copies(place).toSorted()).toEqual(['{"mine":2}', '{}']);
    await place.writer.undo('opencode');
    expect(readdirSync(place.backups)).toEqual(['opencode.json']);
  });

  test('they count among the last ten', async () => {
    using place = createPlace();
    place.put('{}');
    for (let port = 1; port <= 10; port += 1) await place.write({ baseUrl: `http://127.0.0.1:${port}/v1` });
    await undoByForce(place, '{"mine":1}');
    expect(copies(place)).toHaveLength(10);
    for (let port = 11; port <= 19; port += 1) {
      await place.write({ baseUrl: `http://127.0.0.1:${port}/v1` });
      expect([copies(place).length, copies(place).includes('{"mine":1}')]).toEqual([10, true]);
    }
    await place.write({ baseUrl: 'http://127.0.0.1:20/v1' });
    expect([copies(place).length, copies(place).includes('{"mine":1}')]).toEqual([10, false]);
  });

  test('those that no note names go as well, the oldest first; those of other tools stay', async () => {
    using place = createPlace();
    place.put('{}');
    mkdirSync(place.backups, { recursive: true });
    const put = (name: string) => writeFileSync(path.join(place.backups, `${name}.backup`), name);
    for (let day = 10; day < 22; day += 1) put(`opencode-2029-01-${day}T00-00-00-000Z`);
    put('opencode-two-2029-01-01T00-00-00-000Z');
    await place.write();
    const left = copies(place);
    expect(left).toHaveLength(11);
    expect(left).toEqual(expect.arrayContaining(['opencode-2029-01-13T00-00-00-000Z', '{}']));
    expect(left).not.toContain('opencode-2029-01-12T00-00-00-000Z');
    await place.writer.undo('opencode');
    expect(copies(place)).toEqual(['opencode-two-2029-01-01T00-00-00-000Z']);
  });
});

test('what is there already is not written again', async () => {
  using place = createPlace();
  await place.write();
  const { mtimeMs } = statSync(place.file);
  const prepared = await place.prepare();
  expect(prepared.before).toBe(prepared.after);
  expect(await place.writer.write(prepared)).toEqual({ backup: null });
  expect(statSync(place.file).mtimeMs).toBe(mtimeMs);
  await place.writer.undo('opencode');
  expect(await place.writer.canUndo('opencode')).toBe(false);
});

describe('a file that was changed in between', () => {
  test.each([
    ['changed', (file: string) => writeFileSync(file, '{"theme":"new"}')],
    ['deleted', (file: string) => rmSync(file)],
  ])('%s before it is written: it is left alone', async (_name, change) => {
    using place = createPlace();
    place.put('{}');
    const prepared = await place.prepare();
    change(place.file);
    await expect(place.writer.write(prepared)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(place.file),
    });
    expect(existsSync(place.file) ? place.read() : null).not.toBe(prepared.after);
    expect(existsSync(place.backups)).toBe(false);
  });

  test('made before it is written: it is left alone', async () => {
    using place = createPlace();
    const prepared = await place.prepare();
    place.put('{}');
    await expect(place.writer.write(prepared)).rejects.toMatchObject({ code: 'conflict' });
    expect(place.read()).toBe('{}');
  });

  test('changed before it is undone: only by force, with a copy', async () => {
    using place = createPlace();
    place.put('{}');
    await place.write();
    place.put('{"mine":1}');
    const failure = await place.writer.undo('opencode').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'conflict' });
    expect(failure).not.toBeInstanceOf(MissingCopyError);
    expect(place.read()).toBe('{"mine":1}');
    const { backup } = await place.writer.undo('opencode', { force: true });
    expect(place.read()).toBe('{}');
    expect(readFileSync(backup ?? '', 'utf8')).toBe('{"mine":1}');
  });

  test('deleted before it is undone: only by force, or where there was none', async () => {
    using place = createPlace();
    await place.write();
    rmSync(place.file);
    expect(await place.writer.undo('opencode')).toMatchObject({ isRemoved: true });
    place.put('{}');
    await place.write();
    rmSync(place.file);
    await expect(place.writer.undo('opencode')).rejects.toMatchObject({ code: 'conflict' });
    expect(await place.writer.undo('opencode', { force: true })).toMatchObject({ isRemoved: false, backup: null });
    expect(place.read()).toBe('{}');
  });
});

describe('symbolic links', () => {
  test.each([
    ['to a file', '{}', '{}'],
    ['to nothing yet', null, null],
  ])('%s stay', async (_name, text, expected) => {
    using place = createPlace();
    const target = place.join('dotfiles', 'opencode.json');
    mkdirSync(path.dirname(target), { recursive: true });
    mkdirSync(path.dirname(place.file), { recursive: true });
    if (text !== null) writeFileSync(target, text);
    symlinkSync(path.relative(path.dirname(place.file), target), place.file);
    await place.write();
    expect(lstatSync(place.file).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toContain('Portside');
    await place.writer.undo('opencode');
    expect(lstatSync(place.file).isSymbolicLink()).toBe(true);
    expect(existsSync(target) ? readFileSync(target, 'utf8') : null).toBe(expected);
  });

  test('that lead in a circle are an error', async () => {
    using place = createPlace();
    mkdirSync(path.dirname(place.file), { recursive: true });
    symlinkSync('opencode.json', place.file);
    await expect(place.prepare()).rejects.toMatchObject({ message: expect.stringContaining(place.file) });
  });
});

test.each([
  ['broken', '{ "model": ', /was left as it is\. It is not valid JSON: .* line 1, column 12/],
  ['no text', Buffer.from([0x7b, 0xff, 0xfe]), /cannot be read: it is not UTF-8 text\./],
])('%s: the file and the place are named, and nothing is written', async (_name, content, message) => {
  using place = createPlace();
  mkdirSync(path.dirname(place.file), { recursive: true });
  writeFileSync(place.file, content);
  const failure = await place.prepare().catch((error: unknown) => error);
  expect(String(failure)).toMatch(message);
  expect(String(failure)).toContain(place.file);
  expect(readFileSync(place.file)).toEqual(Buffer.from(content));
  expect(existsSync(place.backups)).toBe(false);
});

test('a folder in the place of the file is an error', async () => {
  using place = createPlace();
  mkdirSync(place.file, { recursive: true });
  await expect(place.prepare()).rejects.toThrow(/cannot be read: it is a folder\./);
});

test('what stands for a token is never written', async () => {
  using place = createPlace();
  const prepared = await place.prepare({ token: MASK });
  await expect(place.writer.write(prepared)).rejects.toMatchObject({ code: 'internal_error' });
  expect(existsSync(place.file)).toBe(false);
});

test('a tool without a file says so', async () => {
  using place = createPlace();
  const tool = findTool(CONNECT_TOOLS, 'cline');
  const failure = place.writer.prepare({ tool, connection: createConnection(), file: place.file });
  await expect(failure).rejects.toThrow(/Cline has no configuration file/);
});

test('a damaged note of what was written means that nothing can be undone', async () => {
  using place = createPlace();
  await place.write();
  writeFileSync(path.join(place.backups, 'opencode.json'), '{');
  expect(await place.writer.canUndo('opencode')).toBe(false);
});

describe('what is no regular file', () => {
  test.runIf(process.platform !== 'win32')('a pipe is neither waited for nor replaced', async () => {
    using place = createPlace();
    mkdirSync(path.dirname(place.file), { recursive: true });
    expect(spawnSync('mkfifo', [place.file]).status).toBe(0);
    await expect(place.prepare()).rejects.toThrow(/cannot be read: it is no regular file\./);
    const connection = { toolId: 'opencode', file: place.file, before: null, after: '{}' };
    await expect(place.writer.write(connection)).rejects.toThrow(/it is no regular file\./);
    expect(lstatSync(place.file).isFIFO()).toBe(true);
  });

  test.runIf(process.platform !== 'win32')('one that came into the place of a written file stays', async () => {
    using place = createPlace();
    await place.write();
    rmSync(place.file);
    spawnSync('mkfifo', [place.file]);
    for (const force of [false, true]) {
      await expect(place.writer.undo('opencode', { force })).rejects.toThrow(/it is no regular file\./);
    }
    expect(lstatSync(place.file).isFIFO()).toBe(true);
  });
});

test('a file that is protected from writing is left alone', async () => {
  using place = createPlace();
  place.put('{}');
  chmodSync(place.file, 0o444);
  await expect(place.prepare()).rejects.toThrow(/cannot be written: it is write-protected\. Make it writable first\./);
  chmodSync(place.file, 0o644);
  const prepared = await place.prepare();
  chmodSync(place.file, 0o444);
  await expect(place.writer.write(prepared)).rejects.toThrow(/write-protected/);
  expect(place.read()).toBe('{}');
  expect(await place.writer.canUndo('opencode')).toBe(false);
});

describe('a write that does not come to its end', () => {
  const note = (place: ReturnType<typeof createPlace>) => path.join(place.backups, 'opencode.json');
  const setPending = (place: ReturnType<typeof createPlace>) => {
    const changes = JSON.parse(readFileSync(note(place), 'utf8')) as object[];
    writeFileSync(note(place), JSON.stringify([...changes.slice(0, -1), { ...changes.at(-1), isPending: true }]));
  };

  test('it was written, and only noted as about to be: it can be undone', async () => {
    using place = createPlace();
    place.put('{}');
    await place.write();
    setPending(place);
    expect(await place.writer.canUndo('opencode')).toBe(true);
    await place.writer.undo('opencode');
    expect(place.read()).toBe('{}');
  });

  test('it was noted and not written: it counts for nothing, and the one before it can be undone', async () => {
    using place = createPlace();
    place.put('{}');
    await place.write();
    const first = place.read();
    await place.write({ model: 'composer-2.5' });
    setPending(place);
    place.put(first);
    await place.writer.undo('opencode');
    expect(place.read()).toBe('{}');
    expect(await place.writer.canUndo('opencode')).toBe(false);
  });

  test('the file cannot be written: nothing is noted, and no copy is left', async () => {
    using place = createPlace();
    const prepared = await place.prepare();
    writeFileSync(path.join(place.join('.'), 'tool'), 'a file in the place of its folder');
    await expect(place.writer.write(prepared)).rejects.toThrow(
      /opencode\.json cannot be (?:read|written): a part of its path/,
    );
    expect(await place.writer.canUndo('opencode')).toBe(false);
  });

  test('what was written cannot be noted: nothing is written', async () => {
    using place = createPlace();
    place.put('{}');
    const prepared = await place.prepare();
    mkdirSync(path.dirname(place.backups), { recursive: true });
    writeFileSync(place.backups, 'a file in the place of the folder');
    await expect(place.writer.write(prepared)).rejects.toThrow(/The folder of copies .* cannot be used/);
    expect(place.read()).toBe('{}');
  });
});

test('a copy that is gone is named; by force the write is forgotten, and those before it can be undone', async () => {
  using place = createPlace();
  place.put('{}');
  await place.write();
  const first = place.read();
  const { backup } = await place.write({ model: 'composer-2.5' });
  const second = place.read();
  rmSync(backup ?? '');
  const failure = await place.writer.undo('opencode').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MissingCopyError);
  expect(failure).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(backup ?? ''),
    uncopiedFile: place.file,
  });
  expect(String(failure)).toContain(place.file);
  expect(await place.writer.undo('opencode', { force: true })).toMatchObject({ isForgotten: true, isRemoved: false });
  expect(place.read()).toBe(second);
  place.put(first);
  await place.writer.undo('opencode');
  expect(place.read()).toBe('{}');
});

test('the write of one file is undone past later ones of others', async () => {
  using place = createPlace();
  const other = place.join('other', 'opencode.json');
  await place.write();
  const connection = createConnection({ token: TOKEN });
  await place.writer.write(await place.writer.prepare({ tool: openCode, connection, file: other }));
  await expect(place.writer.undo('opencode', { file: place.join('third.json') })).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('third.json'),
  });
  expect(await place.writer.undo('opencode', { file: place.file })).toMatchObject({ file: place.file });
  expect([existsSync(place.file), existsSync(other)]).toEqual([false, true]);
  expect(await place.writer.undo('opencode')).toMatchObject({ file: other });
});

test('folders that were made for a file go with it, unless something else is in them', async () => {
  using place = createPlace();
  await place.write();
  await place.writer.undo('opencode');
  expect(existsSync(place.join('tool'))).toBe(false);
  await place.write();
  writeFileSync(place.join('tool', 'mine.txt'), '');
  await place.writer.undo('opencode');
  expect(readdirSync(place.join('tool'))).toEqual(['mine.txt']);
});

test('Continue: a new config.yaml does not take the place of a config.json', async () => {
  using place = createPlace();
  const tool = findTool(CONNECT_TOOLS, 'continue');
  const former = place.join('continue', 'config.json');
  mkdirSync(path.dirname(former));
  writeFileSync(former, '{"models":[]}');
  const file = place.join('continue', 'config.yaml');
  const connection = createConnection({ token: TOKEN });
  const failure = await place.writer.prepare({ tool, connection, file }).catch((error: unknown) => error);
  expect(String(failure)).toMatch(
    /config\.yaml was left as it is\. Continue is set up by .*config\.json.*yaml-migration/,
  );
  writeFileSync(file, 'models: []\n');
  expect((await place.writer.prepare({ tool, connection, file })).after).toContain('Portside: ');
});

test.runIf(process.platform === 'linux')('folders that cannot be made come to an end', async () => {
  using place = createPlace();
  const writer = createConfigWriter({ folder: '/proc/nope/deeper/connect' });
  place.put('{}');
  const prepared = await writer.prepare({
    tool: openCode,
    connection: createConnection({ token: TOKEN }),
    file: place.file,
  });
  await expect(writer.write(prepared)).rejects.toThrow(/cannot be used: (?:a part of its path is missing|you may not)/);
  expect(place.read()).toBe('{}');
});
