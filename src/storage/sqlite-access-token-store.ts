import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { type AccessTokenStore, type StoredAccessToken, toTokenNameKey } from '../core/access-token.ts';
import { prepareDatabase } from './prepare-database.ts';

const SCHEMA = `
  CREATE TABLE access_tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    request_count INTEGER NOT NULL,
    expires_at INTEGER,
    account TEXT,
    models TEXT,
    requests_per_minute INTEGER
  ) STRICT;
`;

const COLUMNS = `
  id, name, digest, created_at AS createdAt, last_used_at AS lastUsedAt, request_count AS requestCount,
  expires_at AS expiresAt, account, models, requests_per_minute AS requestsPerMinute`;

const rowSchema: z.ZodType<StoredAccessToken> = z.object({
  id: z.string(),
  name: z.string(),
  digest: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
  requestCount: z.number(),
  expiresAt: z.number().nullable(),
  account: z.string().nullable(),
  models: z
    .string()
    .transform((json): unknown => JSON.parse(json))
    .pipe(z.array(z.string()))
    .nullable(),
  requestsPerMinute: z.number().nullable(),
});

const versionSchema = z.object({ data_version: z.number() });

/**
 * Keeps access tokens in a database that is open already; `close` closes it.
 *
 * @throws Error as {@link prepareDatabase} does
 */
export const createSqliteAccessTokenStore = (database: DatabaseSync): AccessTokenStore => {
  prepareDatabase(database, [SCHEMA]);

  const version = database.prepare('PRAGMA data_version');
  const list = database.prepare(`SELECT ${COLUMNS} FROM access_tokens ORDER BY created_at, rowid`);
  const add = database.prepare(
    'INSERT INTO access_tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const remove = database.prepare('DELETE FROM access_tokens WHERE id = ?');
  const replaceDigest = database.prepare(
    'UPDATE access_tokens SET digest = ?, created_at = ?, last_used_at = NULL, request_count = 0 WHERE id = ?',
  );
  const noteUse = database.prepare(
    'UPDATE access_tokens SET request_count = request_count + ?, last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?',
  );

  return {
    get version() {
      return versionSchema.parse(version.get()).data_version;
    },
    list: () => list.all().map((row) => rowSchema.parse(row)),
    add: (token) =>
      add.run(
        token.id,
        token.name,
        toTokenNameKey(token.name),
        token.digest,
        token.createdAt,
        token.lastUsedAt,
        token.requestCount,
        token.expiresAt,
        token.account,
        token.models === null ? null : JSON.stringify(token.models),
        token.requestsPerMinute,
      ).changes > 0,
    remove: (id) => remove.run(id).changes > 0,
    replaceDigest: (id, digest, createdAt) => replaceDigest.run(digest, createdAt, id).changes > 0,
    noteUse(id, requests, lastUsedAt) {
      noteUse.run(requests, lastUsedAt, id);
    },
    close() {
      database.close();
    },
  };
};
