/** The tables of the two databases. A change of a table raises its version and comes with a migration step. */

export interface Schema {
  readonly file: string;
  readonly version: number;
  readonly sql: string;
}

export const JOURNAL: Schema = {
  file: 'requests.db',
  version: 1,
  sql: `
    CREATE TABLE requests (
      id TEXT PRIMARY KEY,
      time INTEGER NOT NULL,
      protocol TEXT NOT NULL,
      method TEXT NOT NULL,
      path TEXT NOT NULL,
      model TEXT NOT NULL,
      mapped_model TEXT NOT NULL,
      account_email TEXT NOT NULL,
      status INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      stream INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL,
      first_byte_ms INTEGER,
      first_content_ms INTEGER,
      input_tokens INTEGER,
      output_tokens INTEGER,
      cache_read_tokens INTEGER,
      stop_reason TEXT,
      flags TEXT NOT NULL,
      search TEXT NOT NULL
    ) STRICT;
    CREATE INDEX requests_time ON requests (time, id);
    CREATE INDEX requests_status ON requests (status, time);
    CREATE INDEX requests_outcome ON requests (outcome, time);
    CREATE INDEX requests_model ON requests (model, time);
    CREATE INDEX requests_mapped_model ON requests (mapped_model, time);
    CREATE INDEX requests_account ON requests (account_email, time);
    CREATE TABLE attempts (
      request_id TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
      n INTEGER NOT NULL,
      account_email TEXT NOT NULL,
      provider TEXT NOT NULL,
      mapped_model TEXT NOT NULL,
      started_ms INTEGER NOT NULL,
      first_byte_ms INTEGER,
      first_content_ms INTEGER,
      ended_ms INTEGER NOT NULL,
      status INTEGER,
      result TEXT NOT NULL,
      failure TEXT,
      action TEXT NOT NULL,
      delay_ms INTEGER,
      upstream_request_id TEXT,
      input_tokens INTEGER,
      output_tokens INTEGER,
      PRIMARY KEY (request_id, n)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE bodies (
      request_id TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
      request_headers TEXT NOT NULL,
      request_body BLOB NOT NULL,
      response_headers TEXT NOT NULL,
      response_body BLOB NOT NULL,
      log BLOB NOT NULL
    ) STRICT;`,
};

export const STATE: Schema = {
  file: 'state.db',
  version: 1,
  // A replaced entry gets a new, higher number: ordered by it, the least recently used come first.
  sql: `
    CREATE TABLE entries (
      number INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      expires INTEGER NOT NULL,
      UNIQUE (kind, key)
    ) STRICT;
    CREATE INDEX entries_expires ON entries (expires);`,
};
