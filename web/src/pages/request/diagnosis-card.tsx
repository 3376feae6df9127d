/** What the gateway itself says about a request: fine, healed, wait or act, with what it goes by and what to do. */

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Diagnosis, Language, RequestView, Verdict } from '../../../../src/monitor/views.ts';
import { api } from '../../api.ts';
import { formatDuration } from '../../format.ts';
import { useNow } from '../../parts/now.ts';
import { Quoted } from '../../parts/quoted.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useIsCompact } from '../requests/use-is-compact.ts';
import { readyTimes } from './ready-times.ts';

const SIGNS: Readonly<Record<Verdict, string>> = { fine: '●', healed: '✚', wait: '◷', act: '▲' };

export function DiagnosisCard({ view }: { readonly view: RequestView }) {
  const { t, i18n } = useTranslation('request');
  const language = (i18n.resolvedLanguage ?? 'en') as Language;
  const diagnosis = useQuery({
    queryKey: ['diagnosis', view.id, language],
    queryFn: () => api.diagnosis(view.id, language),
  });
  return (
    <section className="card diagnosis" aria-labelledby="diagnosis">
      <h2 id="diagnosis">{t('diagnosis.title')}</h2>
      {diagnosis.data ? (
        <Told diagnosis={diagnosis.data} view={view} />
      ) : diagnosis.error ? (
        <Trouble error={diagnosis.error} again={() => void diagnosis.refetch()} />
      ) : (
        <p>{t('loading', { ns: 'frame' })}</p>
      )}
    </section>
  );
}

function Told({ diagnosis, view }: { readonly diagnosis: Diagnosis; readonly view: RequestView }) {
  const { t } = useTranslation('request');
  const { verdict, stage, summary, evidence, advice } = diagnosis;
  return (
    <>
      <p className="diagnosis-verdict">
        <span className={`badge badge-${verdict}`}>
          <span aria-hidden="true">{SIGNS[verdict]}</span> {t(`verdict.${verdict}`)}
        </span>
        {stage !== 'none' && <span className="quiet">{t(`stage.${stage}`)}</span>}
      </p>
      <p className="diagnosis-summary">
        <Quoted text={summary} />
      </p>
      {verdict === 'wait' && <ReadyTimes view={view} />}
      <div className="diagnosis-grounds">
        <Advice advice={advice} />
        <Evidence evidence={evidence} verdict={verdict} />
      </div>
    </>
  );
}

function Advice({ advice }: Pick<Diagnosis, 'advice'>) {
  const { t } = useTranslation('request');
  if (advice.length === 0) return null;
  return (
    <div>
      <h3>{t('diagnosis.advice')}</h3>
      <ol>
        {[...new Set(advice)].map((each) => (
          <li key={each}>
            <Quoted text={each} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Folded where nobody needs it, or where it would push what the attempts did out of sight. */
function Evidence({ evidence, verdict }: Pick<Diagnosis, 'evidence' | 'verdict'>) {
  const { t } = useTranslation('request');
  const isNarrow = useIsCompact();
  if (evidence.length === 0) return null;
  return (
    <details open={!isNarrow && (verdict === 'act' || verdict === 'wait')}>
      <summary>{t('diagnosis.evidence')}</summary>
      <ul className="diagnosis-evidence">
        {[...new Set(evidence)].map((each) => (
          <li key={each}>
            <Quoted text={each} />
          </li>
        ))}
      </ul>
    </details>
  );
}

const ACCOUNTS_STALE_MS = 15_000;

function ReadyTimes({ view }: { readonly view: RequestView }) {
  const { t, i18n } = useTranslation('request');
  const accounts = useQuery({ queryKey: ['accounts'], queryFn: api.accounts, refetchInterval: ACCOUNTS_STALE_MS });
  const now = useNow();
  if (accounts.isPending) return null;
  const times = readyTimes(view, accounts.data?.accounts ?? []);
  return (
    <ul className="ready-times">
      {times.map(({ who, untilMs, reason }) => {
        const left = Math.ceil((untilMs - now) / 1_000) * 1_000;
        const time = formatDuration(left, i18n.language);
        if (left <= 0) return <li key={who}>{who === '' ? t('ready.told-over') : t('ready.over', { who })}</li>;
        return (
          <li key={who}>
            <strong role="timer">{who === '' ? t('ready.told', { time }) : t('ready.rests', { who, time })}</strong>
            {reason !== '' && <span className="quiet"> {reason}</span>}
          </li>
        );
      })}
    </ul>
  );
}
