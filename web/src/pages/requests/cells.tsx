/** What stands in the cells of one request. Names, paths and addresses come from clients and upstreams: they are text, and never become links. */

import { createContext, useContext } from 'react';
import type { UseTranslationResponse } from 'react-i18next';
import { linkToRequest } from '../../address.ts';
import { formatCount, formatDuration, formatFullTime, formatTime, NOTHING } from '../../format.ts';
import { OutcomeBadge } from '../../parts/outcome-badge.tsx';
import { isRunning, type ListedRow } from './filter.ts';

export interface CellProperties {
  readonly row: ListedRow;
}

/** The page's words, asked for once by the table: hundreds of cells that each listen for a change of language would be felt when scrolling. */
type Words = Pick<UseTranslationResponse<'requests', undefined>, 't' | 'i18n'>;
export const CellWords = createContext<Words>({} as Words);

/** How long ago a running row was told, so that its duration goes on. Read by running rows alone. */
export const SinceTold = createContext<(id: string) => number>(() => 0);

/** Of the links in sight one is reached by Tab; the arrow keys lead on from there. */
export const IsReachable = createContext(true);

export function TimeCell({ row }: CellProperties) {
  const { i18n } = useContext(CellWords);
  const language = i18n.language;
  const tabIndex = useContext(IsReachable) ? 0 : -1;
  return (
    <a className="row-link" href={linkToRequest(row.id)} tabIndex={tabIndex} title={formatFullTime(row.time, language)}>
      <time dateTime={row.time}>{formatTime(row.time, language, Date.now())}</time>
    </a>
  );
}

export function OutcomeCell({ row }: CellProperties) {
  const { t } = useContext(CellWords);
  if (!isRunning(row)) return <OutcomeBadge outcome={row.outcome} />;
  return (
    <span className="badge badge-open">
      <span aria-hidden="true">…</span> {t(`state.${row.state}`)}
    </span>
  );
}

export function StatusCell({ row }: CellProperties) {
  if (row.status === null) return NOTHING;
  return row.status >= 400 ? <span className="status-bad">{row.status}</span> : row.status;
}

export function ModelCell({ row }: CellProperties) {
  const { t } = useContext(CellWords);
  const isMapped = row.mapped_model !== '' && row.mapped_model !== row.model;
  const told = row.model || NOTHING;
  return (
    <span className="cut" title={isMapped ? `${told} → ${row.mapped_model}` : told}>
      {told}
      {isMapped && (
        <>
          <span className="quiet" aria-hidden="true">
            {' → '}
          </span>
          <span className="for-readers">{t('mapped-to')}</span>
          {row.mapped_model}
        </>
      )}
    </span>
  );
}

/** An address that is too long for a line is broken after its `@`. */
export function AccountCell({ row }: CellProperties) {
  const [name = '', domain] = row.account_email.split(/@(.*)/s);
  return (
    <span className="cut" title={row.account_email}>
      {name === '' ? NOTHING : name}
      {domain !== undefined && (
        <>
          @<wbr />
          {domain}
        </>
      )}
    </span>
  );
}

export function PathCell({ row }: CellProperties) {
  const told = `${row.method} ${row.path}`;
  // Gemini's has the model in it, which stands in a column of its own.
  const [before = '', after] = row.model === '' ? [row.path] : row.path.split(row.model, 2);
  return (
    <span className="cut path" title={`${told} (${row.protocol})`}>
      {before}
      {after === undefined ? (
        <>
          {' '}
          <span className="quiet">{row.protocol}</span>
        </>
      ) : (
        <>
          …<wbr />
          {after}
        </>
      )}
    </span>
  );
}

export function CountCell({ value }: { readonly value: number | null }) {
  const { i18n } = useContext(CellWords);
  return formatCount(value, i18n.language);
}

export function FirstContentCell({ row }: CellProperties) {
  const { i18n } = useContext(CellWords);
  return formatDuration(row.first_content_ms, i18n.language);
}

export function DurationCell({ row }: CellProperties) {
  const { i18n } = useContext(CellWords);
  return isRunning(row) ? <RunningFor row={row} /> : formatDuration(row.duration_ms, i18n.language);
}

function RunningFor({ row }: CellProperties) {
  const { i18n } = useContext(CellWords);
  const sinceTold = useContext(SinceTold);
  return <span className="running-for">{formatDuration(row.duration_ms + sinceTold(row.id), i18n.language)}</span>;
}

export function AttemptsCell({ row }: CellProperties) {
  const { t } = useContext(CellWords);
  return (
    <span className="attempts" title={row.flags.map((flag) => t(`flag.${flag}`)).join(', ')}>
      <span>{row.attempts}</span>
      <Flags row={row} />
    </span>
  );
}

/** That it was retried is said by the number beside them. */
function Flags({ row }: CellProperties) {
  const { t } = useContext(CellWords);
  return row.flags.map((flag) =>
    flag === 'retried' ? null : (
      <span key={flag} className="flag">
        {t(`flag.${flag}`)}
      </span>
    ),
  );
}

/** All of it in three lines, where the window is narrow. */
export function CardCell({ row }: CellProperties) {
  const { t, i18n } = useContext(CellWords);
  const tokens = [row.input_tokens, row.output_tokens].map((value) => formatCount(value, i18n.language)).join(' / ');
  return (
    <>
      <span className="card-line">
        <OutcomeCell row={row} />
        <ModelCell row={row} />
        <TimeCell row={row} />
      </span>
      <span className="card-line quiet">
        <StatusCell row={row} />
        <span>
          <DurationCell row={row} />
        </span>
        <span title={t('columns.tokens')}>{tokens}</span>
        {row.attempts > 1 && <span>{t('attempts', { count: row.attempts })}</span>}
        <Flags row={row} />
      </span>
      <span className="card-line quiet">
        <AccountCell row={row} />
        <PathCell row={row} />
      </span>
    </>
  );
}
