/** Reads the tables of a document: its rows, what they quote, and how a quoted sentence is compared with a real one. */

/** The rows of all tables of a document, or of those under one heading, without their heads. */
export function rowsOf(document: string, heading?: string): string[][] {
  const section =
    heading === undefined ? document : (document.split(/^## /m).find((part) => part.startsWith(heading)) ?? '');
  const lines = section.split('\n');
  return lines.flatMap((line, at) => {
    const isHead = /^\|[-|]+\|$/.test(lines[at + 1] ?? '') || /^\|[-|]+\|$/.test(line);
    return line.startsWith('|') && !isHead ? [cellsOf(line)] : [];
  });
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** What stands in backticks; a backtick that is escaped belongs to a quoted text. */
export function codes(cell: string): string[] {
  return [...cell.replaceAll('\\`', '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

/** `…` stands for whatever varies. */
export function quoted(line: string): RegExp {
  const literal = line.split('…').map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(literal.join('.*'));
}

/** The causes of a diagnosis and the verdict of each, as a cell says it: `one`, `two`: act; `three`: wait. */
export function causesIn(cell: string): { readonly cause: string; readonly verdict: string }[] {
  return cell.split(';').flatMap((part) => {
    const verdict = /: (\w+)\s*$/.exec(part)?.[1] ?? '';
    return codes(part).map((cause) => ({ cause, verdict }));
  });
}
