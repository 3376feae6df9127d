/** The media type of a file that came with a name and without one. Pure. */

/** Where the name has no ending that we know it is taken for a PDF, the one type that the dialects with such files all take. */
export function mediaTypeOf(fileName: string | undefined): string {
  return mimeByEnding.get(fileName?.split('.').at(-1)?.toLowerCase() ?? '') ?? 'application/pdf';
}

const mimeByEnding: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['json', 'application/json'],
  ['html', 'text/html'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
]);
