/** What the gateway sent instead of the client's own words, attempt by attempt, with what was there before. */

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeRow, RequestView } from '../../../../src/monitor/views.ts';
import { BodyView } from './body-view.tsx';
import { type ChangeLine, changeLines } from './change-lines.ts';
import { VirtualRows } from './virtual-rows.tsx';

export function ChangesPanel({ view }: { readonly view: RequestView }) {
  const { t } = useTranslation('request');
  if (view.changes.length === 0) return <p className="quiet">{t('changes.empty')}</p>;
  const byAttempt = Map.groupBy(view.changes, (change) => change.n);
  return [...byAttempt].map(([n, changes]) => (
    <section key={n} aria-labelledby={`changes-${n}`}>
      <h2 id={`changes-${n}`}>
        {t('timeline.attempt', { n })} <span className="quiet">{t('changes.count', { count: changes.length })}</span>
      </h2>
      {changes.map((change, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a change is its place
        <Change key={index} change={change} />
      ))}
    </section>
  ));
}

function Change({ change }: { readonly change: ChangeRow }) {
  const { t } = useTranslation('request');
  const { what, path, operation, after } = change;
  const isWhole = operation === 'body' && after !== null;
  const where = path === '' ? t('changes.whole') : path;
  return (
    <div className="change">
      <h3>
        <span className="badge">{t(`changes.${what}`)}</span>{' '}
        <span className="quiet">{t(`changes.by-${operation}`)}</span> <code>{where}</code>
      </h3>
      <p className="quiet">{t(`changes.why-${what}`)}</p>
      {isWhole ? <BodyView body={after} label={where} /> : <Difference change={change} label={where} />}
    </div>
  );
}

function Difference({ change, label }: { readonly change: ChangeRow; readonly label: string }) {
  const lines = useMemo(() => changeLines(change), [change]);
  return (
    <VirtualRows
      label={label}
      count={lines.length}
      row={(index) => <DifferenceLine line={lines[index] as ChangeLine} />}
    />
  );
}

const NAMES: Readonly<Record<ChangeLine['sign'], string>> = {
  ' ': 'same',
  '−': 'removed',
  '+': 'added',
  '…': 'left-out',
};

function DifferenceLine({ line }: { readonly line: ChangeLine }) {
  const { t } = useTranslation('request');
  const name = NAMES[line.sign];
  if (line.sign === '…') {
    return <div className="difference difference-left-out">{t('changes.unchanged', { count: line.lines })}</div>;
  }
  return (
    <div className={`difference difference-${name}`}>
      <span className="difference-sign">{line.sign}</span>
      <span>{line.text}</span>
    </div>
  );
}
