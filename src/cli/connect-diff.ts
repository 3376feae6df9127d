/** Shows a change of a settings file on a terminal, line by line. Keys are shortened, in the lines around a change too, and control characters never reach the terminal. */

export interface ShownChange {
  readonly path: string;
  /** Undefined = there is no file. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** `secrets` are shortened wherever they stand; what looks like a key is shortened by its name or form. */
export function showDiff(change: ShownChange, secrets: readonly string[]): string[] {
  const rows = diffRows(linesOf(change.before), linesOf(change.after));
  const from = change.before === undefined ? '(no such file)' : change.path;
  const to = change.after === undefined ? '(removed)' : change.path;
  return [`--- ${from}`, `+++ ${to}`, ...hunks(rows).map((line) => legible(shortenSecrets(line, secrets)))];
}

/** Enough to tell keys apart, too little to use one. */
export function shortened(secret: string): string {
  if (secret.length < SHOWN_LENGTH_MIN) return '…';
  return `${secret.slice(0, 4)}…${secret.slice(-3)}`;
}

type Row = readonly [sign: ' ' | '-' | '+', line: string];

function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function diffRows(before: readonly string[], after: readonly string[]): Row[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  const keep = (line: string): Row => [' ', line];
  return [
    ...before.slice(0, head).map(keep),
    ...middleRows(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(keep),
  ];
}

/** The longest common subsequence, where its table stays small; else all old lines, then all new ones. */
function middleRows(before: readonly string[], after: readonly string[]): Row[] {
  const rows: Row[] = [];
  const width = after.length + 1;
  const small = (before.length + 1) * width <= TABLE_CELLS_MAX;
  const common = new Uint32Array(small ? (before.length + 1) * width : 0);
  for (let i = before.length - 1; small && i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const down = common[(i + 1) * width + j] ?? 0;
      const right = common[i * width + j + 1] ?? 0;
      common[i * width + j] =
        before[i] === after[j] ? (common[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(down, right);
    }
  }
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]];
    if (small && old !== undefined && old === fresh) {
      rows.push([' ', old]);
      i += 1;
      j += 1;
    } else if (
      old !== undefined &&
      (!small || fresh === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      rows.push(['-', old]);
      i += 1;
    } else {
      rows.push(['+', fresh ?? '']);
      j += 1;
    }
  }
  return rows;
}

function hunks(rows: readonly Row[]): string[] {
  const shown = rows.map((_, index) =>
    rows.slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1).some(([sign]) => sign !== ' '),
  );
  const lines: string[] = [];
  let lineBefore = 1;
  let lineAfter = 1;
  for (const [index, [sign, line]] of rows.entries()) {
    if (shown[index] && !shown[index - 1]) lines.push(`@@ line ${Math.max(lineBefore, lineAfter)} @@`);
    if (shown[index]) lines.push(sign + line);
    if (sign !== '+') lineBefore += 1;
    if (sign !== '-') lineAfter += 1;
  }
  return lines;
}

function shortenSecrets(line: string, secrets: readonly string[]): string {
  let shown = line;
  for (const secret of secrets) if (secret !== '') shown = shown.replaceAll(secret, shortened(secret));
  return shown
    .replace(NAMED_SECRET, (whole: string, name: string, value: string) => {
      if (NOT_SECRET.test(name) || value.includes('…') || /^(?:true|false|null|[\d._-]+)$/.test(value)) return whole;
      const quote = /^["'`]/.exec(value)?.[0] ?? '';
      const bare = quote === '' ? value : value.slice(1, -1);
      return whole.slice(0, whole.length - value.length) + quote + shortened(bare) + quote;
    })
    .replace(KNOWN_FORMS, (secret) => shortened(secret))
    .replace(URL_PASSWORD, (_whole, start: string) => `${start}…@`);
}

function legible(line: string): string {
  return line.replace(/\r$/, '').replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/g, '?');
}

const SHOWN_LENGTH_MIN = 16;
const CONTEXT_LINES = 2;
const TABLE_CELLS_MAX = 1_000_000;
/** A name that speaks of a key, and its value in JSON, TOML or `.env`. */
const NAMED_SECRET =
  /((?:["']?)[\w.-]*(?:key|token|secret|passw|credential|authorization|cookie)[\w.-]*["']?)\s*[:=]\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'{}[\],#]+)/gi;
/** They name a variable or a command, not a key. */
const NOT_SECRET = /env_key|env_var|helper|keybinding|keymap/i;
const KNOWN_FORMS =
  /\b(?:sk|pk|rk)-[\w-]{12,}|\b(?:ghp|gho|ghs|ghu|glpat|xox[a-z])[-_][\w-]{10,}|\bgithub_pat_\w{10,}|\bAIza[\w-]{20,}|\bya29\.[\w.-]{10,}|\beyJ[\w-]{8,}\.[\w.-]+|\bBearer [\w.~+/-]{8,}=*/g;
const URL_PASSWORD = /(:\/\/[^\s/:@"']*:)[^\s/@"']+@/g;
