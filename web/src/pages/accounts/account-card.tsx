/** One account: state first, then what explains it, then what a person can do about it. */

import { useTranslation } from 'react-i18next';
import type { AccountView, CircuitView } from '../../../../src/monitor/views.ts';
import { linkTo } from '../../address.ts';
import { formatCount, formatDuration, formatTime, NOTHING } from '../../format.ts';
import { AccountActions } from './account-actions.tsx';
import { AccountLimits } from './account-limits.tsx';
import { remainingMs } from './remaining.ts';

interface CardProps {
  readonly account: AccountView;
  readonly now: number;
}

export function AccountCard({ account, now }: CardProps) {
  const { t } = useTranslation('accounts');
  const { email, provider, state } = account;
  return (
    <article className={`card account account-${state}`} aria-label={email}>
      <header className="bar">
        <h2>{email}</h2>
        <span className="quiet">{t(`provider.${provider}`)}</span>
        <span className={`badge badge-${state}`}>{t(`state.${state}`)}</span>
      </header>
      <Rests account={account} now={now} />
      <LastHour account={account} now={now} />
      <AccountLimits limits={account.limits} now={now} />
      <Facts account={account} />
      <AccountActions account={account} />
    </article>
  );
}

function Rests({ account, now }: CardProps) {
  const { t, i18n } = useTranslation('accounts');
  const language = i18n.resolvedLanguage ?? 'en';
  const { circuits } = account;
  if (account.rests.length === 0 && circuits.length === 0) return null;
  return (
    <ul className="account-rests">
      {account.rests.map((rest) => {
        const left = remainingMs(rest.until, now);
        return (
          <li key={`${rest.model ?? ''} ${rest.until}`}>
            <strong className="mono">{rest.model ?? t('rest.every-model')}</strong>{' '}
            <span className="account-countdown">
              {left > 0 ? t('rest.for', { duration: formatDuration(left, language) }) : t('rest.over')}
            </span>{' '}
            <span className="quiet">
              {rest.reason} · {t(rest.told ? 'rest.told' : 'rest.guessed')}
            </span>
          </li>
        );
      })}
      {circuits.map((circuit) => (
        <Circuit key={circuit.what} circuit={circuit} now={now} />
      ))}
    </ul>
  );
}

/** What kept failing is asked again by a single attempt when its time is over. */
function Circuit({ circuit, now }: { readonly circuit: CircuitView; readonly now: number }) {
  const { t, i18n } = useTranslation('accounts');
  const { scope, model, until, why } = circuit;
  const left = until === null ? 0 : remainingMs(until, now);
  const duration = formatDuration(left, i18n.resolvedLanguage ?? 'en');
  return (
    <li>
      <strong>{t(`circuit.scope.${scope}`, { model: model ?? '' })}</strong>{' '}
      {scope !== 'credential' && (
        <span className="account-countdown">{left > 0 ? t('circuit.until', { duration }) : t('circuit.probing')}</span>
      )}{' '}
      <span className="quiet">
        {why}
        {left > 0 && ` · ${t('circuit.open')}`}
      </span>
    </li>
  );
}

function LastHour({ account, now }: CardProps) {
  const { t, i18n } = useTranslation('accounts');
  const language = i18n.resolvedLanguage ?? 'en';
  const { attempts, ok, failed, first_content_p50_ms: middle, first_content_p99_ms: slow } = account.last_hour;
  const judged = ok + failed;
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const tiles = [
    [t('hour.in-flight'), formatCount(account.in_flight, language)],
    [t('hour.attempts'), formatCount(attempts, language)],
    [t('hour.success'), judged === 0 ? NOTHING : share.format(ok / judged)],
    [t('hour.first-content'), `${formatDuration(middle, language)} / ${formatDuration(slow, language)}`],
    [t('hour.last-used'), account.last_used === null ? NOTHING : formatTime(account.last_used, language, now)],
  ] as const;
  return (
    <dl className="account-hour">
      {tiles.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Facts({ account }: { readonly account: AccountView }) {
  const { t } = useTranslation('accounts');
  const where = [account.base_url, account.project, account.location].filter((each) => each !== null);
  return (
    <p className="account-facts quiet">
      <span>{t(`source.${account.source}`)}</span>
      <span className="mono">{account.credential}</span>
      <span className="mono">{account.models.length === 0 ? t('models.rest') : account.models.join(', ')}</span>
      {where.map((each) => (
        <span key={each} className="mono">
          {each}
        </span>
      ))}
      {account.conversations > 0 && <span>{t('conversations', { count: account.conversations })}</span>}
      <a href={linkTo('requests', { account: account.email })}>{t('requests')}</a>
    </p>
  );
}
