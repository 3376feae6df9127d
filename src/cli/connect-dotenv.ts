/** Sets variables in a `.env` text and leaves every other line as it was. */

import type { EditedText } from './connect-clients.ts';

export function setDotenv(text: string, variables: readonly (readonly [name: string, value: string])[]): EditedText {
  let edited = text;
  for (const [name, value] of variables) {
    const shown = quoted(value);
    if (shown === undefined) return { fault: `the value of ${name} mixes quotes in a way that .env files cannot hold` };
    edited = setOne(edited, name, value, shown);
  }
  return { text: edited };
}

function setOne(text: string, name: string, value: string, shown: string): string {
  // Of a name that stands twice, readers take the last.
  const found = assignments(text).findLast((each) => each.name === name);
  if (found !== undefined) {
    if (unquoted(text.slice(found.start, found.end)) === value) return text;
    return text.slice(0, found.start) + shown + text.slice(found.end);
  }
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' || text === '\uFEFF' || text.endsWith('\n') ? '' : eol;
  return `${text}${gap}${name}=${shown}${eol}`;
}

interface Assignment {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A quoted value may span lines, and what looks like a variable inside it is none. */
function assignments(text: string): Assignment[] {
  return [...text.matchAll(ASSIGNMENT)].map((match) => {
    const value = match[2] ?? '';
    const end = match.index + match[0].length;
    return { name: match[1] ?? '', start: end - value.length, end };
  });
}

function unquoted(raw: string): string {
  const value = raw.trim();
  const quote = /^(['"`])([\s\S]*)\1$/.exec(value);
  return quote?.[2] ?? value;
}

function quoted(value: string): string | undefined {
  if (/^[\w.:/@%+=,~-]+$/.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  return /["\\$`]/.test(value) ? undefined : `"${value}"`;
}

const ASSIGNMENT =
  /^\uFEFF?[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*?(?=[ \t]*(?:#|\r?$)))/gm;
