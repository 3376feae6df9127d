/** The keys of the page of one request: Escape goes back to the list, `[` and `]` turn its tabs. Never while somebody types. */

import { useEffect } from 'react';
import { setQuery } from '../../address.ts';
import { nextTab, type TabName } from './tabs.tsx';

export function useRequestKeys({ tab, back }: { readonly tab: TabName; readonly back: () => void }): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event.target) || isShortcut(event)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key === 'Escape') back();
      else if (event.key === '[') setQuery({ tab: nextTab(tab, -1) }, { replace: true });
      else if (event.key === ']') setQuery({ tab: nextTab(tab, 1) }, { replace: true });
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [tab, back]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** On many keyboards the brackets themselves need AltGr, which some systems tell as Control with Alt. */
function isShortcut(event: KeyboardEvent): boolean {
  return event.metaKey || (event.ctrlKey !== event.altKey && !event.getModifierState('AltGraph'));
}
