/** Reads JSON, with comments and trailing commas where they are allowed, into a tree that knows where each part stands. Its errors name a line and never quote the text. */

export type JsonNode = JsonObject | JsonArray | JsonScalar;
export interface JsonObject {
  readonly kind: 'object';
  readonly start: number;
  readonly end: number;
  readonly members: readonly JsonMember[];
  /** Where a comma behind the last member ends. */
  readonly trailingComma?: number;
  /** Where the last comment of an object without members ends. */
  readonly lastCommentEnd?: number;
}
export interface JsonMember {
  readonly name: string;
  readonly start: number;
  readonly value: JsonNode;
}
interface JsonArray {
  readonly kind: 'array';
  readonly start: number;
  readonly end: number;
}
interface JsonScalar {
  readonly kind: 'scalar';
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
}

export class JsonTextError extends Error {}

export function readJsonText(text: string, comments: boolean): JsonNode {
  const reader: Reader = { text, comments, at: text.startsWith('\uFEFF') ? 1 : 0, depth: 0 };
  skip(reader);
  const node = readNode(reader);
  skip(reader);
  if (reader.at < text.length) throw fault(reader, 'something follows after the end');
  return node;
}

export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

interface Reader {
  readonly text: string;
  readonly comments: boolean;
  at: number;
  depth: number;
}

function readNode(reader: Reader): JsonNode {
  const mark = reader.text[reader.at];
  if (mark !== '{' && mark !== '[') return readScalar(reader);
  if (reader.depth >= DEPTH_MAX) throw fault(reader, `nested deeper than ${DEPTH_MAX}`);
  reader.depth += 1;
  const node = mark === '{' ? readObject(reader) : readArray(reader);
  reader.depth -= 1;
  return node;
}

function readObject(reader: Reader): JsonObject {
  const start = reader.at;
  const members: JsonMember[] = [];
  reader.at += 1;
  let lastCommentEnd = skip(reader);
  let trailingComma: number | undefined;
  while (reader.text[reader.at] !== '}') {
    if (members.length > 0 && trailingComma === undefined) throw fault(reader, 'expected a comma or }');
    const memberStart = reader.at;
    if (reader.text[memberStart] !== '"') throw fault(reader, 'expected a name in double quotes or }');
    const name = String(readScalar(reader).value);
    skip(reader);
    if (reader.text[reader.at] !== ':') throw fault(reader, 'expected a colon');
    reader.at += 1;
    skip(reader);
    members.push({ name, start: memberStart, value: readNode(reader) });
    lastCommentEnd = undefined;
    skip(reader);
    trailingComma = takeComma(reader);
  }
  if (trailingComma !== undefined && !reader.comments) throw fault(reader, 'a comma stands before }');
  reader.at += 1;
  return {
    kind: 'object',
    start,
    end: reader.at,
    members,
    ...(trailingComma === undefined ? {} : { trailingComma }),
    ...(lastCommentEnd === undefined ? {} : { lastCommentEnd }),
  };
}

function readArray(reader: Reader): JsonArray {
  const start = reader.at;
  reader.at += 1;
  skip(reader);
  let comma = true;
  let empty = true;
  while (reader.text[reader.at] !== ']') {
    if (!comma) throw fault(reader, 'expected a comma or ]');
    readNode(reader);
    empty = false;
    skip(reader);
    comma = takeComma(reader) !== undefined;
  }
  if (comma && !empty && !reader.comments) throw fault(reader, 'a comma stands before ]');
  reader.at += 1;
  return { kind: 'array', start, end: reader.at };
}

/** Where the comma ended; undefined where none stood. */
function takeComma(reader: Reader): number | undefined {
  if (reader.text[reader.at] !== ',') return undefined;
  reader.at += 1;
  const end = reader.at;
  skip(reader);
  return end;
}

function readScalar(reader: Reader): JsonScalar {
  SCALAR.lastIndex = reader.at;
  const token = SCALAR.exec(reader.text)?.[0];
  if (token === undefined) {
    throw fault(reader, reader.at >= reader.text.length ? 'it ends too early' : 'expected a JSON value');
  }
  const start = reader.at;
  reader.at += token.length;
  return { kind: 'scalar', start, end: reader.at, value: JSON.parse(token) };
}

/** Passes blanks and comments; tells where the last comment ended. */
function skip(reader: Reader): number | undefined {
  let commentEnd: number | undefined;
  for (;;) {
    BLANK.lastIndex = reader.at;
    reader.at += BLANK.exec(reader.text)?.[0].length ?? 0;
    if (reader.text[reader.at] !== '/') return commentEnd;
    COMMENT.lastIndex = reader.at;
    const comment = COMMENT.exec(reader.text)?.[0];
    if (comment === undefined) throw fault(reader, 'expected a JSON value');
    if (!reader.comments) throw fault(reader, 'it has a comment, which this client does not read');
    reader.at += comment.length;
    commentEnd = reader.at;
  }
}

function fault(reader: Reader, message: string): JsonTextError {
  return new JsonTextError(`line ${lineOf(reader.text, reader.at)}: ${message}`);
}

const DEPTH_MAX = 200;
const BLANK = /[ \t\r\n]*/y;
const COMMENT = /\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y;
const SCALAR =
  /(?:true|false|null)(?![\w.])|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
