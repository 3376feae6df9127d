/** Where a text stops being JSON. `JSON.parse` would tell too, but its messages quote the text, and that may hold secrets. */

/** The offset of the first character that JSON does not allow there; undefined for good JSON. */
export function jsonFault(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let expects: Expectation = 'value';
  let at = 0;
  for (;;) {
    at += matchAt(BLANK, text, at)?.length ?? 0;
    if (at === text.length) return expects === 'end' ? undefined : at;
    const token = matchAt(TOKEN, text, at);
    const next: Expectation | undefined = token === undefined ? undefined : step(expects, token, open);
    if (token === undefined || next === undefined) return at;
    expects = next;
    at += token.length;
  }
}

type Expectation = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'end';

function step(expects: Expectation, token: string, open: ('{' | '[')[]): Expectation | undefined {
  if (token === '}' || token === ']') return closes(expects, token, open);
  if (expects === 'value' || expects === 'value-or-end') return startsValue(token, open);
  if (expects === 'name' || expects === 'name-or-end') return token.startsWith('"') ? 'colon' : undefined;
  if (expects === 'colon') return token === ':' ? 'value' : undefined;
  if (expects === 'comma-or-end' && token === ',') return open.at(-1) === '{' ? 'name' : 'value';
  return undefined;
}

function startsValue(token: string, open: ('{' | '[')[]): Expectation | undefined {
  if (token === ':' || token === ',') return undefined;
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'name-or-end' : 'value-or-end';
  }
  return open.length === 0 ? 'end' : 'comma-or-end';
}

function closes(expects: Expectation, token: '}' | ']', open: ('{' | '[')[]): Expectation | undefined {
  const allowed = expects === 'comma-or-end' || expects === (token === '}' ? 'name-or-end' : 'value-or-end');
  if (!allowed || open.at(-1) !== (token === '}' ? '{' : '[')) return undefined;
  open.pop();
  return open.length === 0 ? 'end' : 'comma-or-end';
}

function matchAt(form: RegExp, text: string, at: number): string | undefined {
  form.lastIndex = at;
  return form.exec(text)?.[0];
}

const BLANK = /[ \t\r\n]*/y;
const TOKEN =
  /[{}[\]:,]|(?:true|false|null)(?![\w.])|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
