/** A button that opens a small panel under it. Escape and a click elsewhere close it; what it holds are ordinary buttons, links and fields. */

import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';

export function Menu({ label, children }: { readonly label: ReactNode; readonly children: ReactNode }) {
  const place = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const closeElsewhere = (event: PointerEvent): void => {
      if (place.current?.open && !place.current.contains(event.target as Node)) place.current.open = false;
    };
    document.addEventListener('pointerdown', closeElsewhere);
    return () => document.removeEventListener('pointerdown', closeElsewhere);
  }, []);
  const closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !place.current?.open) return;
    event.stopPropagation();
    place.current.open = false;
    place.current.querySelector('summary')?.focus();
  };
  return (
    <details className="menu" ref={place} onKeyDown={closeOnEscape}>
      <summary className="button">
        {label} <span aria-hidden="true">▾</span>
      </summary>
      <div className="menu-panel">{children}</div>
    </details>
  );
}

/** For what is chosen in a panel: closes the menu that it stands in. */
export function closeMenu(element: Element): void {
  const menu = element.closest<HTMLDetailsElement>('details.menu');
  if (menu !== null) menu.open = false;
}
