/**
 * A thread is a conversation, or all answers that go on from the same first one: what is removed together.
 *
 * What it weighs, and what all weigh together, are sums that triggers keep, so that nobody ever has to count. Rows that go with
 * their thread tell it nothing: by then it is gone.
 */
export const ANSWER_SCHEMA = `
  CREATE TABLE threads (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    last_used_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX threads_by_owner ON threads (owner);
  CREATE INDEX threads_by_age ON threads (last_used_at);
  CREATE INDEX threads_by_size ON threads (bytes);

  CREATE TABLE total (bytes INTEGER NOT NULL) STRICT;
  INSERT INTO total VALUES (0);
  CREATE TRIGGER weigh_changed_thread AFTER UPDATE OF bytes ON threads BEGIN
    UPDATE total SET bytes = bytes + new.bytes - old.bytes;
  END;
  CREATE TRIGGER weigh_removed_thread AFTER DELETE ON threads BEGIN
    UPDATE total SET bytes = bytes - old.bytes;
  END;

  CREATE TABLE answers (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    kind TEXT NOT NULL,
    thread_id TEXT NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    previous_id TEXT,
    model TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    process_id INTEGER,
    bytes INTEGER NOT NULL GENERATED ALWAYS AS (
      octet_length(metadata) + octet_length(input) + octet_length(body) + coalesce(octet_length(events), 0)
    ) STORED,
    metadata TEXT NOT NULL,
    input TEXT NOT NULL,
    body TEXT NOT NULL,
    events TEXT
  ) STRICT;
  CREATE INDEX answers_by_thread ON answers (thread_id);
  CREATE INDEX answers_by_age ON answers (owner, kind, created_at);
  CREATE INDEX answers_under_way ON answers (process_id) WHERE process_id IS NOT NULL;
  CREATE TRIGGER weigh_added_answer AFTER INSERT ON answers BEGIN
    UPDATE threads SET bytes = bytes + new.bytes WHERE id = new.thread_id;
  END;
  CREATE TRIGGER weigh_changed_answer AFTER UPDATE ON answers WHEN new.bytes <> old.bytes BEGIN
    UPDATE threads SET bytes = bytes + new.bytes - old.bytes WHERE id = new.thread_id;
  END;
  CREATE TRIGGER weigh_removed_answer AFTER DELETE ON answers BEGIN
    UPDATE threads SET bytes = bytes - old.bytes WHERE id = old.thread_id;
  END;

  CREATE TABLE answer_items (
    item_id TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES answers (position) ON DELETE CASCADE,
    PRIMARY KEY (item_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX answer_items_by_answer ON answer_items (position);

  CREATE TABLE conversations (
    id TEXT PRIMARY KEY REFERENCES threads (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER weigh_added_conversation AFTER INSERT ON conversations BEGIN
    UPDATE threads SET bytes = bytes + octet_length(new.metadata) WHERE id = new.id;
  END;
  CREATE TRIGGER weigh_changed_conversation AFTER UPDATE ON conversations BEGIN
    UPDATE threads SET bytes = bytes + octet_length(new.metadata) - octet_length(old.metadata) WHERE id = new.id;
  END;

  CREATE TABLE conversation_items (
    position INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    item_id TEXT NOT NULL,
    item TEXT NOT NULL
  ) STRICT;
  CREATE INDEX conversation_items_in_order ON conversation_items (conversation_id, position);
  CREATE INDEX conversation_items_by_id ON conversation_items (item_id);
  CREATE TRIGGER weigh_added_item AFTER INSERT ON conversation_items BEGIN
    UPDATE threads SET bytes = bytes + octet_length(new.item) WHERE id = new.conversation_id;
  END;
  CREATE TRIGGER weigh_removed_item AFTER DELETE ON conversation_items BEGIN
    UPDATE threads SET bytes = bytes - octet_length(old.item) WHERE id = old.conversation_id;
  END;
`;
