/** Cuts a stream of server-sent events by its blank lines, with nothing of the gateway's own code: what the tests expect must not come from what they test. */

export interface StreamPiece {
  /** Where the piece ends in the stream, blank line included. */
  readonly end: number;
  readonly event: string;
  /** The data lines, joined. */
  readonly data: string;
}

export function piecesOf(bytes: Buffer): StreamPiece[] {
  const text = bytes.toString('latin1');
  const pieces: StreamPiece[] = [];
  const blank = /\r\n\r\n|\n\n|\r\r|$(?![\s\S])/g;
  let start = 0;
  for (let found = blank.exec(text); found !== null && start < text.length; found = blank.exec(text)) {
    const end = found.index + found[0].length;
    pieces.push(pieceOf(bytes.subarray(start, end).toString('utf8'), end));
    start = end;
  }
  return pieces;
}

/** The JSON of every piece that has any. */
export function documentsOf(bytes: Buffer): Record<string, unknown>[] {
  return piecesOf(bytes)
    .filter(({ data }) => data.trimStart().startsWith('{'))
    .map(({ data }) => JSON.parse(data) as Record<string, unknown>);
}

function pieceOf(text: string, end: number): StreamPiece {
  let event = '';
  const data: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.startsWith('event:')) event = line.slice('event:'.length).trim();
    if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''));
  }
  return { end, event, data: data.join('\n') };
}
