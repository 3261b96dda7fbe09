// Started by editor-sign-in.test.ts: makes a state.vscdb as the editor does, holds it open, and goes on writing to it.
import { DatabaseSync } from 'node:sqlite';

const [, , file = '', journal = 'WAL', locking = 'NORMAL', values = '{}', manner = ''] = process.argv;
const database = new DatabaseSync(file);
database.exec(`PRAGMA locking_mode = ${locking}; PRAGMA journal_mode = ${journal}; PRAGMA wal_autocheckpoint = 20`);
database.exec('CREATE TABLE IF NOT EXISTS ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)');
const insert = database.prepare('INSERT INTO ItemTable (key, value) VALUES (?, ?)');
for (const [key, value] of Object.entries(JSON.parse(values) as Record<string, string | { blob: string }>)) {
  insert.run(key, typeof value === 'string' ? value : Buffer.from(value.blob));
}

let count = 0;
const write = (): void => {
  count += 1;
  // What belongs together is written together.
  database.exec('BEGIN');
  insert.run('cursorAuth/refreshToken', `refresh-${count}`);
  insert.run('cursorAuth/stripeMembershipType', `plan-${count}`);
  insert.run('history.entries', 'x'.repeat(20_000));
  database.exec('COMMIT');
};

if (manner === 'writing') {
  write();
  setInterval(write, 1);
} else {
  if (manner === 'in-transaction') {
    database.exec('BEGIN IMMEDIATE');
    insert.run('cursorAuth/accessToken', 'not yet committed');
  }
  setInterval(() => {}, 60_000);
}
process.on('SIGTERM', () => {
  // As the editor does when it is quit: the last connection puts the log into the database.
  if (database.isTransaction) database.exec('ROLLBACK');
  database.close();
  process.exit(0);
});
process.stdout.write('ready\n');
