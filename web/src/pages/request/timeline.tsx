/** The attempts and waits of a request on one scale of time, as a table: its bars say in words, too, what they show. */

import { useTranslation } from 'react-i18next';
import type { AttemptRow } from '../../../../src/monitor/rows.ts';
import type { RequestView, StepRow } from '../../../../src/monitor/views.ts';
import { formatCount, formatDuration } from '../../format.ts';
import { OutcomeBadge } from '../../parts/outcome-badge.tsx';
import { layWaterfall, type Segment, type Waterfall } from './waterfall.ts';

const LEGEND = ['connect', 'peek', 'content', 'waiting', 'moment'] as const;

export function Timeline({ view }: { readonly view: RequestView }) {
  const { t } = useTranslation('request');
  const waterfall = layWaterfall(view);
  if (waterfall.rows.length === 0) return <p className="quiet">{t('timeline.empty')}</p>;
  return (
    <>
      <ul className="legend" aria-hidden="true">
        {LEGEND.map((kind) => (
          <li key={kind}>
            <span className={`segment segment-${kind}`} /> {t(`segment.${kind}`)}
          </li>
        ))}
      </ul>
      <table className="plain waterfall">
        <caption className="for-readers">{t('timeline.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('timeline.what')}</th>
            <th scope="col">
              <span className="for-readers">{t('timeline.when')}</span>
              <Scale ticks={waterfall.ticks} />
            </th>
          </tr>
        </thead>
        <tbody>
          {waterfall.rows.map((row, index) =>
            row.kind === 'attempt' ? (
              <AttemptLine key={`attempt-${row.attempt.n}`} row={row} />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
              <StepLine key={`step-${index}`} step={row.step} segments={row.segments} />
            ),
          )}
        </tbody>
      </table>
    </>
  );
}

function Scale({ ticks }: Pick<Waterfall, 'ticks'>) {
  const { i18n } = useTranslation();
  return (
    <div className="scale" aria-hidden="true">
      {ticks.map(({ ms, left }) => (
        <span key={ms} style={{ insetInlineStart: `${left}%` }}>
          {formatDuration(ms, i18n.language)}
        </span>
      ))}
    </div>
  );
}

function AttemptLine({ row }: { readonly row: Extract<Waterfall['rows'][number], { kind: 'attempt' }> }) {
  const { t, i18n } = useTranslation('request');
  const { attempt, beside, segments } = row;
  return (
    <tr className={beside === null ? '' : 'beside'}>
      <th scope="row">
        <span className="waterfall-name">{t('timeline.attempt', { n: attempt.n })}</span>
        <OutcomeBadge outcome={attempt.result} told={t(`result.${attempt.result}`)} />
      </th>
      <td>
        <Bars segments={segments} />
        <p className="waterfall-facts">
          <strong>
            <bdi>{attempt.account_email}</bdi>
          </strong>{' '}
          <span className="quiet">({attempt.provider})</span> <code>{attempt.mapped_model}</code>{' '}
          {attempt.status !== null && <span className="mono">{attempt.status}</span>}{' '}
          <span className="quiet">{formatDuration(attempt.ended_ms - attempt.started_ms, i18n.language)}</span>
        </p>
        {beside !== null && <p className="quiet">{t('timeline.beside', { n: beside })}</p>}
        {attempt.resume !== null && <p className="quiet">{t(`timeline.resume-${attempt.resume}`)}</p>}
        {attempt.failure !== null && <p className="waterfall-failure">{attempt.failure}</p>}
        <Decision attempt={attempt} />
        <SmallPrint attempt={attempt} />
      </td>
    </tr>
  );
}

function Decision({ attempt }: { readonly attempt: AttemptRow }) {
  const { t, i18n } = useTranslation('request');
  const { action, delay_ms, why } = attempt;
  if (action === '' && why === null) return null;
  const isDelayed = delay_ms !== null && delay_ms > 0;
  return (
    <p className="waterfall-decision">
      <span aria-hidden="true">↳ </span>
      {action !== '' && <strong>{t(`action.${action}`)}</strong>}
      {isDelayed && ` ${t('timeline.after', { time: formatDuration(delay_ms, i18n.language) })}`}
      {why !== null && <span>{action === '' ? why : `: ${why}`}</span>}
    </p>
  );
}

function SmallPrint({ attempt }: { readonly attempt: AttemptRow }) {
  const { t, i18n } = useTranslation('request');
  const { upstream_request_id, input_tokens, output_tokens, first_byte_ms, first_content_ms, started_ms } = attempt;
  if ([upstream_request_id, input_tokens, output_tokens, first_byte_ms].every((each) => each === null)) return null;
  const after = (ms: number | null): string =>
    formatDuration(ms === null ? null : Math.max(0, ms - started_ms), i18n.language);
  const tokens = { input: formatCount(input_tokens, i18n.language), output: formatCount(output_tokens, i18n.language) };
  return (
    <p className="quiet small-print">
      {first_byte_ms !== null && (
        <span>{t('timeline.firsts', { byte: after(first_byte_ms), content: after(first_content_ms) })}</span>
      )}
      {(input_tokens !== null || output_tokens !== null) && <span>{t('timeline.tokens', tokens)}</span>}
      {upstream_request_id !== null && (
        <span>
          {t('timeline.upstream-id')} <code>{upstream_request_id}</code>
        </span>
      )}
    </p>
  );
}

function StepLine({ step, segments }: { readonly step: StepRow; readonly segments: readonly Segment[] }) {
  const { t, i18n } = useTranslation('request');
  const [segment] = segments;
  return (
    <tr className="step">
      <th scope="row">
        <span className="waterfall-name">{t(`step.${step.what}`)}</span>
      </th>
      <td>
        <Bars segments={segments} />
        <p className="waterfall-facts">
          {segment?.kind !== 'moment' && segment !== undefined && (
            <span>{formatDuration(segment.toMs - segment.fromMs, i18n.language)} </span>
          )}
          {step.for_ms !== null && (
            <span className="quiet">
              {t('timeline.planned', { time: formatDuration(step.for_ms, i18n.language) })}{' '}
            </span>
          )}
          {step.why !== null && <span>{step.why}</span>}
        </p>
      </td>
    </tr>
  );
}

function Bars({ segments }: { readonly segments: readonly Segment[] }) {
  const { t, i18n } = useTranslation('request');
  const told = segments.map(({ kind, fromMs, toMs }) =>
    kind === 'moment'
      ? t('timeline.moment', { time: formatDuration(fromMs, i18n.language) })
      : t('timeline.span', {
          what: t(`segment.${kind}`),
          from: formatDuration(fromMs, i18n.language),
          time: formatDuration(toMs - fromMs, i18n.language),
        }),
  );
  return (
    <div className="bars" role="img" aria-label={told.join('; ')} title={told.join('\n')}>
      {segments.map(({ kind, left, width, fromMs }) => (
        <span
          key={`${kind}-${fromMs}`}
          className={`segment segment-${kind}`}
          style={{ insetInlineStart: `${left}%`, inlineSize: `${width}%` }}
        />
      ))}
    </div>
  );
}
