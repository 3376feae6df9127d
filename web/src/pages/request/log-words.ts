/** Finds the keywords of the log in a line, so that the page can show them strongly. Pure; the sentences themselves are made in `src/telemetry`. */

/** Those that the documentation tells people to look for; a test holds them against the log's own sentences. */
export const LOG_KEYWORDS = [
  '[Gemini] Empty first chunk received, retrying...',
  '[Gemini] Stream error during peek',
  '[Gemini] Stream ended immediately',
  '[Gemini] Timeout waiting for first data',
  'Stream error during peek',
  'Stream ended during peek',
  'Timeout waiting for first data',
  'Unexpected thinking signature error',
  'Retrying with all thinking blocks removed.',
  'Retry with fixed delay',
  'Retry with linear backoff',
  'Retry with exponential backoff',
  'Rotating account',
  'Keeping same account',
  'Stream resumed',
  'Stream interrupted',
] as const;

export interface LogPiece {
  readonly text: string;
  readonly isKeyword: boolean;
}

export function logPieces(message: string): LogPiece[] {
  const pieces: LogPiece[] = [];
  let from = 0;
  while (from < message.length) {
    const found = firstKeyword(message, from);
    if (found === undefined) break;
    if (found.at > from) pieces.push({ text: message.slice(from, found.at), isKeyword: false });
    pieces.push({ text: found.keyword, isKeyword: true });
    from = found.at + found.keyword.length;
  }
  if (from < message.length) pieces.push({ text: message.slice(from), isKeyword: false });
  return pieces;
}

/** The list has longer ones before those that they contain. */
function firstKeyword(message: string, from: number): { at: number; keyword: string } | undefined {
  const found = LOG_KEYWORDS.map((keyword) => ({ at: message.indexOf(keyword, from), keyword }));
  return found.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at)[0];
}
