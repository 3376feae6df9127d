/** The search field, the buttons for what people look for most, and the chips of the filters that are active. All of it stands in the address. */

import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setQuery } from '../../address.ts';
import { formatTime } from '../../format.ts';
import { FILTER_KEYS, type Filter, type FilterKey, noFilter, QUICK } from './filter.ts';

/** So long somebody may pause between two letters. */
const TYPING_MS = 250;

export function SearchField({
  filter,
  field,
}: {
  readonly filter: Filter;
  readonly field: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation('requests');
  const inAddress = filter.q ?? '';
  const [typed, setTyped] = useState(inAddress);
  // A button or link may have changed the address meanwhile.
  const [seen, setSeen] = useState(inAddress);
  if (seen !== inAddress) {
    setSeen(inAddress);
    setTyped(inAddress);
  }
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === inAddress) return;
    const timer = setTimeout(() => {
      setSeen(wanted);
      setQuery({ q: wanted }, { replace: true });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, inAddress]);
  return (
    <input
      ref={field}
      type="search"
      className="search-field"
      value={typed}
      maxLength={200}
      placeholder={t('search.hint')}
      aria-label={t('search.label')}
      aria-keyshortcuts="/"
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

export function QuickFilters({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('requests');
  return (
    <fieldset className="quick-filters">
      <legend className="for-readers">{t('quick.label')}</legend>
      {QUICK.map(({ name, outcome, flag }) => (
        <button
          key={name}
          type="button"
          aria-pressed={filter.outcome === outcome && filter.flag === flag}
          onClick={() => setQuery({ outcome, flag })}
        >
          {t(`quick.${name}`)}
        </button>
      ))}
    </fieldset>
  );
}

export function FilterChips({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('requests');
  const tell = useValueOf();
  const active = FILTER_KEYS.filter((key) => filter[key] !== undefined);
  if (active.length === 0) return null;
  return (
    <ul className="chips" aria-label={t('chips.label')}>
      {active.map((key) => (
        <li key={key}>
          <button type="button" className="chip" onClick={() => setQuery({ [key]: undefined })}>
            <span className="for-readers">{t('chips.remove')}</span>
            <span className="quiet">{t(`filter.${key}`)}</span>
            <span className="cut">{tell(key, filter[key] ?? '')}</span>
            <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="plain-button" onClick={() => setQuery(noFilter())}>
          {t('chips.clear')}
        </button>
      </li>
    </ul>
  );
}

/** How the value of a filter is told. What people have typed is told as it is. */
export function useValueOf(): (key: FilterKey, value: string) => string {
  const { t, i18n } = useTranslation('requests');
  return (key, value) => {
    if (key === 'span') return t(`span.${value}`);
    if (key === 'flag') return t(`flag.${value}`);
    if (key === 'outcome') return t(value === 'running' ? 'quick.running' : `frame:outcome.${value}`);
    if (key === 'since' || key === 'until') return formatTime(value, i18n.language, Date.now());
    return value;
  };
}
