/** Reads a TOML text into its statements and where each stands, without making values of them. Its errors name a line and never quote the text. */

export type TomlStatement = TomlHeader | TomlPair;
export interface TomlHeader {
  readonly kind: 'table' | 'list';
  readonly path: readonly string[];
  /** Where its line ends, before the line break. */
  readonly end: number;
  readonly line: number;
}
export interface TomlPair {
  readonly kind: 'pair';
  /** From the root: the header's path and the key's own. */
  readonly path: readonly string[];
  /** How many of the path's words stand in the header. */
  readonly headerWords: number;
  readonly inList: boolean;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly end: number;
  readonly line: number;
}

export class TomlTextError extends Error {}

export function readTomlText(text: string): readonly TomlStatement[] {
  const reader: Reader = { text, at: text.startsWith('\uFEFF') ? 1 : 0, depth: 0 };
  const statements: TomlStatement[] = [];
  let header: TomlHeader | undefined;
  for (;;) {
    take(reader, BLANK_LINES);
    if (reader.at >= text.length) break;
    if (text[reader.at] === '[') {
      header = readHeader(reader);
      statements.push(header);
    } else statements.push(readPair(reader, header));
  }
  refuseRepeats(statements);
  return statements;
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

function readHeader(reader: Reader): TomlHeader {
  const line = lineAt(reader);
  const list = take(reader, /\[\[/y) !== undefined;
  if (!list) reader.at += 1;
  const path = readKey(reader);
  if (take(reader, list ? /\]\]/y : /\]/y) === undefined) throw fault(reader, 'the [table] name is not closed');
  return { kind: list ? 'list' : 'table', path, end: endLine(reader), line };
}

function readPair(reader: Reader, header: TomlHeader | undefined): TomlPair {
  const line = lineAt(reader);
  const above = header?.path ?? [];
  const path = [...above, ...readKey(reader)];
  if (take(reader, /=[ \t]*/y) === undefined) throw fault(reader, 'expected = after the key');
  const valueStart = reader.at;
  readValue(reader);
  const valueEnd = reader.at;
  const inList = header?.kind === 'list';
  return { kind: 'pair', path, headerWords: above.length, inList, valueStart, valueEnd, end: endLine(reader), line };
}

function readKey(reader: Reader): string[] {
  const words: string[] = [];
  do {
    take(reader, SPACES);
    const word = take(reader, KEY_WORD);
    if (word === undefined) throw fault(reader, 'expected a key');
    words.push(tomlString(word) ?? word);
    take(reader, SPACES);
  } while (take(reader, /\./y) !== undefined);
  return words;
}

function readValue(reader: Reader): void {
  const mark = reader.text[reader.at];
  if (mark !== '[' && mark !== '{') {
    if (take(reader, STRING) === undefined && take(reader, BARE_VALUE) === undefined)
      throw fault(reader, 'expected a TOML value');
    return;
  }
  if (reader.depth >= DEPTH_MAX) throw fault(reader, `nested deeper than ${DEPTH_MAX}`);
  reader.depth += 1;
  reader.at += 1;
  const close = mark === '[' ? /\]/y : /\}/y;
  take(reader, BLANK_LINES);
  while (take(reader, close) === undefined) {
    if (mark === '{') {
      readKey(reader);
      if (take(reader, /=[ \t]*/y) === undefined) throw fault(reader, 'expected = after the key');
    }
    readValue(reader);
    take(reader, BLANK_LINES);
    if (take(reader, /,/y) !== undefined) take(reader, BLANK_LINES);
    else if (reader.text[reader.at] !== (mark === '[' ? ']' : '}'))
      throw fault(reader, 'a list or table is not closed');
  }
  reader.depth -= 1;
}

/** Only a comment may follow on the line. */
function endLine(reader: Reader): number {
  take(reader, SPACES);
  take(reader, /#[^\r\n]*/y);
  if (reader.at < reader.text.length && take(reader, /(?=\r?\n)/y) === undefined)
    throw fault(reader, 'something follows on the line');
  return reader.at;
}

/** The text of a TOML string on one line; undefined for anything else, escapes beyond JSON's included. */
export function tomlString(raw: string): string | undefined {
  if (/^'[^'\r\n]*'$/.test(raw)) return raw.slice(1, -1);
  if (!/^"(?:[^"\\\r\n]|\\.)*"$/.test(raw)) return undefined;
  try {
    return String(JSON.parse(raw));
  } catch {
    return undefined;
  }
}

/** What TOML forbids and an edit would make worse: one key or one table written twice. */
function refuseRepeats(statements: readonly TomlStatement[]): void {
  const seen = new Set<string>();
  for (const { kind, path, line } of statements) {
    // No closing bracket: the names of what lies inside begin with it.
    const name = JSON.stringify(path).slice(0, -1);
    if (kind === 'list') {
      // Each [[element]] begins afresh.
      for (const inside of seen) if (inside.slice(1).startsWith(`${name},`)) seen.delete(inside);
    } else if (seen.has(`${kind[0]}${name}`)) {
      throw new TomlTextError(`line ${line}: this key or table stands twice`);
    } else seen.add(`${kind[0]}${name}`);
  }
}

function take(reader: Reader, form: RegExp): string | undefined {
  form.lastIndex = reader.at;
  const found = form.exec(reader.text)?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

function lineAt({ text, at }: Reader): number {
  return text.slice(0, at).split('\n').length;
}

function fault(reader: Reader, message: string): TomlTextError {
  return new TomlTextError(`line ${lineAt(reader)}: ${message}`);
}

const DEPTH_MAX = 100;
const SPACES = /[ \t]*/y;
const BLANK_LINES = /(?:[ \t]+|\r?\n|#[^\r\n]*)*/y;
const KEY_WORD = /[A-Za-z0-9_-]+|"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'/y;
const STRING =
  /"""(?:[^"\\]|\\[\s\S]|"(?!""))*"{3,5}|'''(?:[^']|'(?!''))*'{3,5}|"(?!"")(?:[^"\\\r\n]|\\[^\r\n])*"|'(?!'')[^'\r\n]*'/y;
const BARE_VALUE =
  /(?:true|false|[+-]?(?:inf|nan)|\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?|0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+|[+-]?\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?)(?![\w.+:-])/y;
