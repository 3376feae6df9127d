/** Which key does what in the list of requests. Pure; a key with Ctrl, Alt or Meta belongs to the browser, and one typed into a field to the field. */

export const ACTIONS = ['search', 'down', 'up', 'first', 'last', 'open', 'escape', 'pause', 'help'] as const;
export type KeyAction = (typeof ACTIONS)[number];

const KEYS: Readonly<Record<string, KeyAction>> = {
  '/': 'search',
  j: 'down',
  ArrowDown: 'down',
  k: 'up',
  ArrowUp: 'up',
  Home: 'first',
  End: 'last',
  Enter: 'open',
  Escape: 'escape',
  p: 'pause',
  '?': 'help',
};
/** For the dialog that tells them. */
export const KEYS_OF: readonly { readonly action: KeyAction; readonly keys: readonly string[] }[] = ACTIONS.map(
  (action) => ({
    action,
    keys: Object.keys(KEYS)
      .filter((key) => KEYS[key] === action)
      .map((key) => ({ ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' })[key] ?? key),
  }),
);

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}
/** What has the focus: text is typed into a field; a control (button, link, summary) knows Enter and the arrows itself. */
export type FocusOn = 'nothing' | 'row' | 'control' | 'field';

export function actionOf(pressed: Pressed, focus: FocusOn): KeyAction | undefined {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return undefined;
  const action = Object.hasOwn(KEYS, pressed.key) ? KEYS[pressed.key] : undefined;
  if (focus === 'field') return action === 'escape' ? action : undefined;
  // A row's own link opens it.
  if (focus !== 'nothing' && action === 'open') return undefined;
  return action;
}
