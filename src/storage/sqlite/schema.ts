/**
 * The tables of the two databases. A change of a table raises its version and comes with the step from the version before. Whatever may hold a word of a
 * request must be emptied by `erase.ts`.
 */

export interface Schema {
  readonly file: string;
  readonly version: number;
  readonly sql: string;
  /** From an older version to this one, by that version. Quick whatever the file holds: rows are moved later, by `migrate.ts`. */
  readonly steps: Readonly<Record<number, string>>;
}

/**
 * Columns of `requests` that hold the number of a word. Each has an index, which serves a filter in the order of the list (an index ends in the row's
 * number, and that is the order of time), and shows whether a word is still in use.
 */
export const WORD_COLUMNS = [
  'protocol',
  'method',
  'path',
  'model',
  'mapped_model',
  'account_email',
  'outcome',
  'stop_reason',
  'flags',
] as const;
export type WordColumn = (typeof WORD_COLUMNS)[number];

/** What makes the shape of a row, see `shapes.ts`. None may be null. */
export const SHAPE_COLUMNS = ['protocol', 'model', 'mapped_model', 'path', 'outcome', 'status', 'flags'] as const;

/**
 * `seq` is made of the time (see `order.ts`). The table is kept narrow: where no index helps, a search reads all of it. An attempt's account and model are
 * null where they are those of its request, which they are for nearly all; `notes` is what `notes.ts` packs together.
 */
const JOURNAL_SQL = `
  CREATE TABLE words (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL UNIQUE,
    low TEXT NOT NULL
  ) STRICT;
  CREATE TABLE requests (
    seq INTEGER PRIMARY KEY,
    protocol INTEGER NOT NULL,
    method INTEGER NOT NULL,
    path INTEGER NOT NULL,
    model INTEGER NOT NULL,
    mapped_model INTEGER NOT NULL,
    account_email INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    stop_reason INTEGER,
    flags INTEGER NOT NULL,
    status INTEGER NOT NULL,
    stream INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    first_byte_ms INTEGER,
    first_content_ms INTEGER,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cache_read_tokens INTEGER,
    late_ms INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT,
    rest TEXT
  ) STRICT;
  ${WORD_COLUMNS.map((column) => `CREATE INDEX by_${column} ON requests (${column});`).join('\n')}
  CREATE INDEX by_shape ON requests (${SHAPE_COLUMNS.join(', ')});
  CREATE INDEX by_status ON requests (status);
  CREATE INDEX by_conversation ON requests (conversation) WHERE conversation IS NOT NULL;
  CREATE VIRTUAL TABLE texts USING fts5(
    text, tokenize = 'trigram case_sensitive 1', content = '', columnsize = 0, detail = none
  );
  CREATE TABLE attempts (
    seq INTEGER NOT NULL REFERENCES requests (seq) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    account_email TEXT,
    provider TEXT NOT NULL,
    mapped_model TEXT,
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
    why TEXT,
    hedge INTEGER NOT NULL,
    resume TEXT,
    PRIMARY KEY (seq, n)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE bodies (
    seq INTEGER PRIMARY KEY REFERENCES requests (seq) ON DELETE CASCADE,
    request_body BLOB NOT NULL,
    response_body BLOB NOT NULL,
    raw BLOB NOT NULL,
    notes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE tally (
    kind TEXT NOT NULL,
    slot INTEGER NOT NULL,
    key TEXT NOT NULL,
    measure TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (kind, slot, key, measure)
  ) STRICT, WITHOUT ROWID;`;

export const JOURNAL: Schema = {
  file: 'requests.db',
  version: 2,
  sql: JOURNAL_SQL,
  steps: {
    1: `
      ALTER TABLE requests RENAME TO requests_v1;
      ALTER TABLE attempts RENAME TO attempts_v1;
      ALTER TABLE bodies RENAME TO bodies_v1;
      ${JOURNAL_SQL}`,
  },
};

export const STATE: Schema = {
  file: 'state.db',
  version: 1,
  steps: {},
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
