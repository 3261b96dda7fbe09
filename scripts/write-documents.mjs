import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/** Where Redoc asks for a picture of its makers: nothing is fetched from anywhere. Its own code leaves out one that does not load. */
const REDOC_PICTURE = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

const withoutPicture = (script) => {
  if (!script.includes(REDOC_PICTURE)) throw new Error('Redoc has another picture than the one that is taken out.');
  return script.replaceAll(REDOC_PICTURE, 'data:,');
};

/** The file that each one is made of, and what is changed in it. */
const files = {
  'openapi.json': ['docs/openapi.json', (text) => JSON.stringify(JSON.parse(text))],
  'swagger-ui.js': ['node_modules/swagger-ui-dist/swagger-ui-bundle.js'],
  'swagger-ui.css': ['node_modules/swagger-ui-dist/swagger-ui.css'],
  'redoc.js': ['node_modules/redoc/bundles/redoc.standalone.js', withoutPicture],
  'icon.svg': ['media/icon.svg'],
  ...Object.fromEntries(
    ['docs.html', 'docs.css', 'docs.js', 'redoc.html', 'redoc.css', 'redoc-page.js', 'index.css'].map((name) => [
      name,
      [`src/server/documents/pages/${name}`],
    ]),
  ),
};

/** The files of packages that the pages are made of, for their licences. */
export const documentSources = Object.values(files)
  .map(([file]) => file)
  .filter((file) => file.startsWith('node_modules/'));

/**
 * Writes what the pages of the server are made of into a folder, compressed by Brotli, as most browsers are sent it.
 * @param {number} [quality] from 0, which is fast, to 11, which is small
 */
export const writeDocuments = (root, folder, quality = 11) => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, [file, change = (text) => text]] of Object.entries(files)) {
    const content = Buffer.from(change(readFileSync(path.join(root, file), 'utf8')));
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    };
    writeFileSync(path.join(folder, `${name}.br`), brotliCompressSync(content, { params }));
  }
};
