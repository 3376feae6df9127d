/** Listens to the keys of the list. What has the focus decides first: fields, menus and dialogs keep theirs. */

import { useEffect, useRef } from 'react';
import { actionOf, type FocusOn, type KeyAction } from './keys.ts';

export function useKeys(act: (action: KeyAction) => void): void {
  const newest = useRef(act);
  useEffect(() => {
    newest.current = act;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : undefined;
      if (event.defaultPrevented || target?.closest('dialog, .menu-panel')) return;
      const action = actionOf(event, focusOn(target));
      if (action === undefined) return;
      event.preventDefault();
      newest.current(action);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

function focusOn(target: Element | undefined): FocusOn {
  if (target === undefined) return 'nothing';
  if (target.matches('input:not([type=checkbox]), textarea, select')) return 'field';
  if (target.matches('.row-link')) return 'row';
  return target.matches('a, button, summary, input') ? 'control' : 'nothing';
}
