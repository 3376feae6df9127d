/** The lines that the log has of a request, with the words that its documentation tells people to look for. */

import { useTranslation } from 'react-i18next';
import type { LogLine } from '../../../../src/monitor/rows.ts';
import type { RequestView } from '../../../../src/monitor/views.ts';
import { formatDuration, formatFullTime } from '../../format.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { logPieces } from './log-words.ts';

export function LogPanel({ view }: { readonly view: RequestView }) {
  const { t } = useTranslation('request');
  if (view.log.length === 0) return <p className="quiet">{t('log.empty')}</p>;
  const text = (): string => view.log.map(({ time, level, msg }) => `${time} ${level} ${msg}\n`).join('');
  return (
    <>
      <div className="bar">
        <CopyButton text={text} label={t('log.copy')} />
      </div>
      <table className="plain log">
        <thead>
          <tr>
            <th scope="col" className="number">
              {t('log.time')}
            </th>
            <th scope="col">{t('log.level')}</th>
            <th scope="col">{t('log.message')}</th>
          </tr>
        </thead>
        <tbody>
          {view.log.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            <Line key={index} line={line} startMs={Date.parse(view.time)} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Line({ line, startMs }: { readonly line: LogLine; readonly startMs: number }) {
  const { i18n } = useTranslation();
  const ms = Date.parse(line.time) - startMs;
  return (
    <tr className={`log-${line.level}`}>
      <td className="number">
        <time dateTime={line.time} title={formatFullTime(line.time, i18n.language)}>
          {formatDuration(Math.max(0, ms), i18n.language)}
        </time>
      </td>
      <td>
        <span className="log-level">{line.level}</span>
      </td>
      <td className="mono">
        {logPieces(line.msg).map(({ text, isKeyword }, index) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
          isKeyword ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>,
        )}
      </td>
    </tr>
  );
}
