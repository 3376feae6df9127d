/** The fields of every filter, each beside its name. A change is a change of the address at once; there is nothing to submit. */

import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { FLAGS, OUTCOMES, PROTOCOLS } from '../../../../src/monitor/rows.ts';
import { setQuery } from '../../address.ts';
import { api } from '../../api.ts';
import { Menu } from '../../parts/menu.tsx';
import { type Filter, type FilterKey, RUNNING, SPANS, STATUSES } from './filter.ts';
import { useValueOf } from './search-bar.tsx';

export function FilterMenu({ filter }: { readonly filter: Filter }) {
  const { t } = useTranslation('requests');
  const facets = useQuery({ queryKey: ['facets'], queryFn: api.facets });
  const count = Object.keys(filter).length;
  return (
    <Menu label={count === 0 ? t('filters') : t('filters-active', { count })}>
      <div className="filter-fields">
        <Choice filter={filter} name="span" choices={Object.keys(SPANS)} clears={['since', 'until']} />
        <Moment filter={filter} name="since" />
        <Moment filter={filter} name="until" />
        <Choice filter={filter} name="outcome" choices={[...OUTCOMES, RUNNING]} />
        <Choice filter={filter} name="flag" choices={FLAGS} />
        <Choice filter={filter} name="status" choices={STATUSES} />
        <Choice filter={filter} name="protocol" choices={PROTOCOLS} />
        <Choice filter={filter} name="model" choices={facets.data?.models ?? []} />
        <Choice filter={filter} name="account" choices={facets.data?.accounts ?? []} />
      </div>
    </Menu>
  );
}

interface FieldProperties {
  readonly filter: Filter;
  readonly name: FilterKey;
}
interface ChoiceProperties extends FieldProperties {
  readonly choices: readonly string[];
  /** What cannot be meant at the same time. */
  readonly clears?: readonly FilterKey[];
}

function Choice({ filter, name, choices, clears = [] }: ChoiceProperties) {
  const { t } = useTranslation('requests');
  const tell = useValueOf();
  const id = useId();
  const chosen = filter[name] ?? '';
  // One that came with a link may not be among them.
  const all = chosen === '' || choices.includes(chosen) ? choices : [chosen, ...choices];
  return (
    <div className="field">
      <label htmlFor={id}>{t(`filter.${name}`)}</label>
      <select
        id={id}
        value={chosen}
        onChange={(event) =>
          setQuery({ ...Object.fromEntries(clears.map((key) => [key, undefined])), [name]: event.target.value })
        }
      >
        <option value="">{t('any')}</option>
        {all.map((choice) => (
          <option key={choice} value={choice}>
            {tell(name, choice)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** In the browser's time; the address has it in UTC, so that a link means the same elsewhere. */
function Moment({ filter, name }: { readonly filter: Filter; readonly name: 'since' | 'until' }) {
  const { t } = useTranslation('requests');
  const id = useId();
  const change = (text: string): void => {
    const time = text === '' ? undefined : new Date(text).toISOString();
    setQuery({ [name]: time, span: undefined }, { replace: true });
  };
  return (
    <div className="field">
      <label htmlFor={id}>{t(`filter.${name}`)}</label>
      <input
        id={id}
        type="datetime-local"
        value={filter[name] === undefined ? '' : localTime(filter[name])}
        onChange={(event) => change(event.target.value)}
      />
    </div>
  );
}

function localTime(iso: string): string {
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
