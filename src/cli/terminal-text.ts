/**
 * Text for a terminal: what clients and upstreams wrote loses everything that a terminal would obey, and its width is counted in columns. Pure. Nothing may
 * reach a terminal around `plainText`.
 */

/** CSI, OSC and the like, with their own ends, so that no half of one is left as rubbish; the eight-bit forms too. */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
/** Control characters, line separators, and marks that turn the direction of what follows. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const EMOJI_FORM = 0xfe0f;
/** East Asian wide and full-width characters, and what is drawn as a picture. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$|^\p{Emoji_Presentation}$/u;
const CUT = '…';

export function plainText(text: string): string {
  return text.toWellFormed().replace(SEQUENCES, '').replace(CONTROLS, ' ').replace(DIRECTIONS, '');
}

/** In columns. Where terminals differ (joined pictures), the larger one. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfOne(character);
  return width;
}

/** The text itself when it fits, else its beginning and a sign that something is missing. Never wider than `width`. */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  let kept = '';
  let used = widthOf(CUT);
  for (const character of text) {
    const next = widthOfOne(character);
    if (used + next > width) break;
    kept += character;
    used += next;
  }
  return kept + CUT;
}

/** Lines of at most `width` columns, broken between words; a word that is wider, as an address or Chinese text is, is cut where the line ends. */
export function wrapped(text: string, width: number): string[] {
  if (!Number.isFinite(width) || widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > width) {
      const piece = beginningOf(line, Math.max(1, width));
      lines.push(piece);
      line = line.slice(piece.length);
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** At least one character, so that a terminal without room cannot hold it up. */
function beginningOf(text: string, width: number): string {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += widthOfOne(character);
    if (used > width && kept !== '') break;
    kept += character;
  }
  return kept;
}

export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}

function widthOfOne(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  // Asks for the picture of the character before, which is one column wider than its sign.
  if (code === EMOJI_FORM) return 1;
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
