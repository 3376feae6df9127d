/** What a request was and how it ended, in one look: the first two steps of finding out what happened. */

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../../src/monitor/views.ts';
import { linkTo } from '../../address.ts';
import { formatCount, formatDuration, formatFullTime, NOTHING } from '../../format.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { OutcomeBadge } from '../../parts/outcome-badge.tsx';
import { toldMessage } from './told-message.ts';

export function RequestHead({ view }: { readonly view: RequestView }) {
  const { t } = useTranslation('request');
  const told = toldMessage(view) ?? view.error ?? '';
  const explain = `antigravity-tools explain ${view.id}`;
  return (
    <header className="request-head">
      <h1>
        <OutcomeBadge outcome={view.outcome} /> <span className="request-status">{view.status}</span>{' '}
        <Models view={view} />
      </h1>
      {view.error !== null && (
        <div className="request-error">
          <p>
            <strong>{t('head.error')}</strong> {told}
          </p>
          {!told.startsWith(view.error) && (
            <p>
              {t('head.why')} {view.error}
            </p>
          )}
          <p>
            {t('head.explain')} <code>{explain}</code>{' '}
            <CopyButton text={() => explain} label={t('head.copy-command')} />
          </p>
        </div>
      )}
      <Facts view={view} />
    </header>
  );
}

function Models({ view }: { readonly view: RequestView }) {
  const { t } = useTranslation('request');
  return (
    <span className="request-models">
      <bdi>{view.model || NOTHING}</bdi>
      {view.mapped_model !== view.model && (
        <>
          {' '}
          <span aria-hidden="true">→</span>
          <span className="for-readers">{t('head.mapped')}</span> <bdi>{view.mapped_model || NOTHING}</bdi>
        </>
      )}
    </span>
  );
}

function Facts({ view }: { readonly view: RequestView }) {
  const { t, i18n } = useTranslation('request');
  const language = i18n.language;
  return (
    <dl className="facts">
      <Fact name={t('head.account')}>{view.account_email || NOTHING}</Fact>
      <Fact name={t('head.path')}>
        <code>
          {view.method} {view.path}
        </code>
      </Fact>
      <Fact name={t('head.time')}>
        <time dateTime={view.time}>{formatFullTime(view.time, language)}</time>
      </Fact>
      <Fact name={t('head.duration')}>{formatDuration(view.duration_ms, language)}</Fact>
      <Fact name={t('head.first-content')}>{formatDuration(view.first_content_ms, language)}</Fact>
      <Fact name={t('head.tokens')}>
        {t('head.tokens-told', {
          input: formatCount(view.input_tokens, language),
          output: formatCount(view.output_tokens, language),
          cached: formatCount(view.cache_read_tokens, language),
        })}
      </Fact>
      <Fact name={t('head.dialect')}>
        {view.protocol}
        {view.stream && ` · ${t('head.stream')}`}
      </Fact>
      {view.stop_reason !== null && (
        <Fact name={t('head.stop')}>
          <code>{view.stop_reason}</code>
        </Fact>
      )}
      {view.flags.length > 0 && (
        <Fact name={t('head.flags')}>{view.flags.map((flag) => t(`flags.${flag}`)).join(' · ')}</Fact>
      )}
      {view.conversation !== null && (
        <Fact name={t('head.conversation')}>
          <a href={linkTo('requests', { conversation: view.conversation })}>{t('head.conversation-link')}</a>
        </Fact>
      )}
      <Fact name={t('head.id')}>
        <code>{view.id}</code> <CopyButton text={() => view.id} label={t('copy-id')} />
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ReactNode;
}

function Fact({ name, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
