/** One side of a request: its headers as a table, its body pretty or raw. */

import { useTranslation } from 'react-i18next';
import type { RecordedMessage } from '../../../../src/monitor/rows.ts';
import { linkTo } from '../../address.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { BodyView } from './body-view.tsx';

interface MessagePanelProps {
  readonly side: 'request' | 'response';
  readonly message: RecordedMessage;
}

/** They say who answered: the first thing to know about a request that failed. */
const TELLING: ReadonlySet<string> = new Set(['x-account-email', 'x-mapped-model', 'x-request-id', 'x-attempts']);

export function MessagePanel({ side, message }: MessagePanelProps) {
  const { t } = useTranslation('request');
  return (
    <>
      <Headers headers={message.headers} />
      <h3>{t('message.body')}</h3>
      {message.body === '' ? (
        <p className="quiet">
          {t('message.no-body')} <a href={linkTo('settings')}>{t('message.no-body-link')}</a>
        </p>
      ) : (
        <BodyView body={message.body} label={t(`message.${side}-body`)} />
      )}
    </>
  );
}

function Headers({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  const { t } = useTranslation('request');
  const entries = Object.entries(headers);
  const text = (): string => entries.map(([name, value]) => `${name}: ${value}\n`).join('');
  return (
    <>
      <div className="bar">
        <h3>{t('message.headers')}</h3>
        {entries.length > 0 && <CopyButton text={text} label={t('message.copy-headers')} />}
      </div>
      {entries.length === 0 ? (
        <p className="quiet">{t('message.no-headers')}</p>
      ) : (
        <table className="plain headers">
          <thead>
            <tr>
              <th scope="col">{t('message.name')}</th>
              <th scope="col">{t('message.value')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map(([name, value]) => (
              <tr key={name} className={TELLING.has(name.toLowerCase()) ? 'telling' : ''}>
                <th scope="row">{name}</th>
                <td className="mono">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
