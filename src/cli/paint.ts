/** Colours for a terminal, and none where nobody sees them: for a pipe, a plain terminal, or a person who set NO_COLOR. Text must be plain before it is painted. */

const CODES = { plain: '', red: '31', green: '32', yellow: '33', cyan: '36', dim: '2', bold: '1' } as const;
export type Style = keyof typeof CODES;
export type Paint = (style: Style, text: string) => string;

export const unpainted: Paint = (_style, text) => text;

export function paintFor(
  terminal: { readonly isTty: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const isWanted = terminal.isTty && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  if (!isWanted) return unpainted;
  return (style, text) => (CODES[style] === '' ? text : `\u001b[${CODES[style]}m${text}\u001b[0m`);
}
