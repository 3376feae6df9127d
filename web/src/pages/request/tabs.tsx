/** The tabs of a request by the pattern of ARIA: one stop of the Tab key, arrows, Home and End in it. Which one is open stands in the address. */

import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { setQuery } from '../../address.ts';
import { formatCount } from '../../format.ts';

export const TABS = ['attempts', 'request', 'response', 'events', 'changes', 'log'] as const;
export type TabName = (typeof TABS)[number];

export function readTab(query: URLSearchParams): TabName {
  return TABS.find((tab) => tab === query.get('tab')) ?? 'attempts';
}

export function nextTab(tab: TabName, by: 1 | -1): TabName {
  return TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] as TabName;
}

interface TabsProps {
  readonly tab: TabName;
  readonly counts: Readonly<Partial<Record<TabName, number>>>;
  readonly children: ReactNode;
}

export function Tabs({ tab, counts, children }: TabsProps) {
  const { t, i18n } = useTranslation('request');
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => showTab(list.current, tab), [tab]);
  const pressed = (event: KeyboardEvent): void => {
    const wanted = wantedTab(event.key, tab);
    if (wanted === undefined) return;
    event.preventDefault();
    setQuery({ tab: wanted }, { replace: true });
    list.current?.querySelector<HTMLElement>(`#tab-${wanted}`)?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={t('tabs.label')} ref={list}>
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`tab-${each}`}
            aria-selected={each === tab}
            aria-controls="tab-panel"
            tabIndex={each === tab ? 0 : -1}
            onClick={() => setQuery({ tab: each }, { replace: true })}
            onKeyDown={pressed}
          >
            {t(`tabs.${each}`)}
            {counts[each] !== undefined && (
              <span className="tab-count">{formatCount(counts[each], i18n.language)}</span>
            )}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {children}
      </div>
    </>
  );
}

/** Where the tabs do not fit beside each other. Not `scrollIntoView`: that would move the page as well. */
function showTab(list: HTMLElement | null, tab: TabName): void {
  const button = list?.querySelector<HTMLElement>(`#tab-${tab}`);
  if (list && button) list.scrollLeft = button.offsetLeft - (list.clientWidth - button.offsetWidth) / 2;
}

function wantedTab(key: string, tab: TabName): TabName | undefined {
  if (key === 'ArrowRight') return nextTab(tab, 1);
  if (key === 'ArrowLeft') return nextTab(tab, -1);
  if (key === 'Home') return TABS[0];
  return key === 'End' ? TABS.at(-1) : undefined;
}
