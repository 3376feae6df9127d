/** The answer piece by piece, each with the time at which it was written; and, where they were kept, the bytes of each upstream. */

import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestView, WriteMark } from '../../../../src/monitor/views.ts';
import { formatBytes, formatDuration, NOTHING } from '../../format.ts';
import { type AnswerEvent, answerEvents } from './answer-events.ts';
import { toggled } from './body-lines.ts';
import { BodyView } from './body-view.tsx';
import { VirtualRows } from './virtual-rows.tsx';

/** What the client was sent. */
const CLIENT = 0;

export function EventsPanel({ view }: { readonly view: RequestView }) {
  const { t } = useTranslation('request');
  const [n, setN] = useState(CLIENT);
  const raw = view.raw.find((each) => each.n === n);
  return (
    <>
      {view.raw.length > 0 ? (
        <fieldset className="choice bar">
          <legend className="for-readers">{t('events.whose')}</legend>
          <button type="button" aria-pressed={n === CLIENT} onClick={() => setN(CLIENT)}>
            {t('events.client')}
          </button>
          {view.raw.map((each) => (
            <button key={each.n} type="button" aria-pressed={each.n === n} onClick={() => setN(each.n)}>
              {t('events.upstream', { n: each.n })}
            </button>
          ))}
        </fieldset>
      ) : (
        <p className="quiet">{t('events.no-raw')}</p>
      )}
      {raw === undefined ? (
        <Events key={CLIENT} body={view.response.body} marks={view.marks} />
      ) : (
        <Events key={n} body={raw.body} marks={raw.marks} />
      )}
      {raw !== undefined && (
        <>
          <h3>{t('events.raw')}</h3>
          <BodyView key={n} body={raw.body} label={t('events.raw')} />
        </>
      )}
    </>
  );
}

function Events({ body, marks }: { readonly body: string; readonly marks: readonly WriteMark[] }) {
  const { t } = useTranslation('request');
  const events = useMemo(() => answerEvents(body, marks), [body, marks]);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const turn = (index: number): void => setOpen((before) => toggled(before, index));
  if (events.length === 0) return <p className="quiet">{t('events.empty')}</p>;
  return (
    <>
      <p>{t('events.count', { count: events.filter(({ kind }) => kind !== 'gap').length })}</p>
      <div className="event-names" aria-hidden="true">
        <span>{t('events.time')}</span>
        <span>{t('events.since')}</span>
        <span>{t('events.size')}</span>
        <span>{t('events.type')}</span>
      </div>
      <VirtualRows
        label={t('events.list')}
        count={events.length}
        row={(index) => (
          <EventRow
            event={events[index] as AnswerEvent}
            before={events[index - 1]?.ms ?? null}
            isOpen={open.has(index)}
            turn={() => turn(index)}
          />
        )}
      />
    </>
  );
}

interface EventRowProps {
  readonly event: AnswerEvent;
  readonly before: number | null;
  readonly isOpen: boolean;
  readonly turn: () => void;
}
/** More of an event does not fit into a line. */
const PREVIEW_CHARS_MAX = 300;

function EventRow({ event, before, isOpen, turn }: EventRowProps) {
  const { t, i18n } = useTranslation('request');
  const { kind, type, data, bytes, ms, unfinished } = event;
  if (kind === 'gap') return <div className="event-gap">{t('body.cut', { count: bytes })}</div>;
  const since = ms === null || before === null ? NOTHING : `+${formatDuration(ms - before, i18n.language)}`;
  return (
    <>
      <button type="button" className={`event event-${kind}`} aria-expanded={isOpen} onClick={turn}>
        <span>{formatDuration(ms, i18n.language)}</span>
        <span className="quiet">{since}</span>
        <span className="quiet">{formatBytes(bytes, i18n.language)}</span>
        <span className="event-type">
          {type || t(`events.${kind}`)}
          {unfinished && <em className="event-unfinished"> {t('events.unfinished')}</em>}
        </span>
        <span className="event-data mono">{data.slice(0, PREVIEW_CHARS_MAX)}</span>
      </button>
      {isOpen && (
        <div className="event-open">
          <BodyView body={data} label={type || t(`events.${kind}`)} />
        </div>
      )}
    </>
  );
}
