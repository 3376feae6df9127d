/** What can be taken along from a request: a command that sends it again, its HAR, a script for the lab, its address. */

import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../../src/monitor/views.ts';
import { exportLink } from '../../api.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { cutOf } from './body-lines.ts';
import { curlCommand, KEY_VARIABLE } from './curl-command.ts';

export function RequestActions({ view }: { readonly view: RequestView }) {
  const { t } = useTranslation('request');
  const { method, path, request, response } = view;
  const curl = (): string => curlCommand({ origin: location.origin, method, path, request, response });
  const isCut = cutOf(request.body).missingBytes !== null;
  return (
    <div className="request-actions">
      <div className="bar">
        <CopyButton text={curl} label={t('actions.curl')} />
        <a className="button" href={exportLink('har', { id: view.id })} download>
          {t('actions.har')}
        </a>
        <a className="button" href={exportLink('lab', { id: view.id })} download>
          {t('actions.lab')}
        </a>
        <CopyButton text={() => location.href} label={t('actions.link')} />
      </div>
      <p className="quiet">
        {isCut
          ? t('actions.curl-cut')
          : request.body === ''
            ? t('actions.curl-empty')
            : t('actions.curl-key', { name: `$${KEY_VARIABLE}` })}
      </p>
    </div>
  );
}
