/**
 * Turns a captured body into lines for the eye: JSON indented and foldable, everything else as it came. It reads the text character by character and
 * changes no number, key or escape; it keeps no tree, so no depth of nesting can break it. A body that was cut keeps its gap as a line of its own.
 */

export interface BodyLine {
  readonly kind: 'json' | 'text' | 'gap';
  readonly depth: number;
  /** With its quotes; empty where the line has none. */
  readonly key: string;
  readonly text: string;
  /** The line that closes what this one opens. */
  readonly closedBy: number | null;
  /** Goes on with the line before, which was too long for one. */
  readonly goesOn: boolean;
}
export interface CutBody {
  readonly head: string;
  /** null when nothing was cut. */
  readonly missingBytes: number | null;
  readonly tail: string;
  /** The line between, as it stands in the body. */
  readonly gap: string;
}

/** A line on the screen; longer ones go on in the next. */
export const LINE_CHARS_MAX = 2_000;
/** Deeper than this the eye sees no difference. */
const DEPTH_SHOWN_MAX = 40;

/** Above it the browser would stand still while a body is indented; it is shown as it came. */
export const INDENTED_CHARS_MAX = 20_000_000;

/** As the journal writes it between head and tail. */
const GAP = /\n(\[?… (\d+) bytes not kept …\]?)\n/;

export function cutOf(body: string): CutBody {
  const found = GAP.exec(body);
  if (found === null) return { head: body, missingBytes: null, tail: '', gap: '' };
  const [whole, gap = '', bytes] = found;
  return {
    head: body.slice(0, found.index),
    missingBytes: Number(bytes),
    tail: body.slice(found.index + whole.length),
    gap,
  };
}

export function rawLines(body: string): BodyLine[] {
  const { head, missingBytes, tail, gap } = cutOf(body);
  if (missingBytes === null) return textLines(head);
  return [...textLines(head), line('gap', gap), ...textLines(tail)];
}

/** The body indented, or undefined when it is no JSON. Of a cut one, only the head can be indented. */
export function jsonLines(body: string): BodyLine[] | undefined {
  if (body.length > INDENTED_CHARS_MAX) return undefined;
  const { head, missingBytes, tail, gap } = cutOf(body);
  if (missingBytes === null) return isJson(head) ? indented(head) : undefined;
  if (!/^\s*[[{]/.test(head)) return undefined;
  return [...indented(head), line('gap', gap), ...textLines(tail)];
}

/** What remains when the lines in `folded` hide what they open. */
export function unfolded(lines: readonly BodyLine[], folded: ReadonlySet<number>): number[] {
  const shown: number[] = [];
  for (let index = 0; index < lines.length; index++) {
    shown.push(index);
    const closedBy = lines[index]?.closedBy ?? null;
    if (closedBy !== null && folded.has(index)) index = closedBy;
  }
  return shown;
}

/** Every line that opens something at this depth or below it. */
export function foldable(lines: readonly BodyLine[], depthMin: number): Set<number> {
  const found = new Set<number>();
  for (const [index, { closedBy, depth }] of lines.entries()) {
    if (closedBy !== null && depth >= depthMin) found.add(index);
  }
  return found;
}

export function toggled(set: ReadonlySet<number>, index: number): Set<number> {
  const next = new Set(set);
  if (!next.delete(index)) next.add(index);
  return next;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Writable = { -readonly [Member in keyof BodyLine]: BodyLine[Member] };

/** Strings whole, marks, and runs of everything else; no white space. By hand: a pattern over a string of many megabytes would fill its stack. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const word = /[^\s{}[\],:"]+/y;
  for (let at = 0; at < text.length; ) {
    const begin = at;
    const character = text[at] as string;
    if (character === '"') at = afterString(text, at);
    else if ('{}[],:'.includes(character)) at++;
    else {
      word.lastIndex = at;
      at = word.test(text) ? word.lastIndex : at + 1;
      if (word.lastIndex === 0) continue;
    }
    tokens.push(text.slice(begin, at));
  }
  return tokens;
}

/** Behind the closing quote, or the end of a text that was cut. */
function afterString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function indented(text: string): BodyLine[] {
  const lines: Writable[] = [];
  const open: number[] = [];
  let current: Writable | undefined;
  const add = (piece: string): Writable => {
    current ??= line('json', '', Math.min(open.length, DEPTH_SHOWN_MAX));
    current.text += piece;
    return current;
  };
  const flush = (): void => {
    if (current !== undefined) lines.push(...cutLong(current));
    current = undefined;
  };
  const tokens = tokensOf(text);
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as string;
    if (token === '{' || token === '[') {
      const closing = tokens[index + 1];
      if (closing === '}' || closing === ']') {
        add(token + closing);
        index++;
        continue;
      }
      add(token);
      flush();
      open.push(lines.length - 1);
    } else if (token === '}' || token === ']') {
      flush();
      const opening = lines[open.pop() ?? -1];
      add(token);
      if (opening !== undefined) opening.closedBy = lines.length;
    } else if (token === ',') {
      add(token);
      flush();
    } else if (tokens[index + 1] === ':' && token.startsWith('"')) {
      add('').key = token;
      index++;
    } else add(token);
  }
  flush();
  return lines;
}

function textLines(text: string): BodyLine[] {
  return text.split(/\r\n|\r|\n/).flatMap((each) => cutLong(line('text', each)));
}

function cutLong(whole: Writable): Writable[] {
  if (whole.text.length <= LINE_CHARS_MAX) return [whole];
  const pieces: Writable[] = [];
  for (let from = 0; from < whole.text.length; ) {
    let to = from + LINE_CHARS_MAX;
    // Two halves of one character stay together.
    if (/[\uD800-\uDBFF]/.test(whole.text[to - 1] ?? '')) to--;
    const goesOn = from > 0;
    pieces.push({ ...whole, key: goesOn ? '' : whole.key, text: whole.text.slice(from, to), goesOn });
    from = to;
  }
  return pieces;
}

function line(kind: BodyLine['kind'], text: string, depth = 0): Writable {
  return { kind, depth, key: '', text, closedBy: null, goesOn: false };
}
