/** One value of the configuration: what it does, where it comes from, and a field to change it. A secret is never shown: only its number comes here. */

import { useTranslation } from 'react-i18next';
import type { ConfigValue, ValueSource } from '../../../../src/monitor/setting-views.ts';
import { linkTo } from '../../address.ts';
import { SettingField } from './setting-field.tsx';
import { type Issue, typedFrom } from './settings.ts';

const SIGNS: Readonly<Record<ValueSource, string>> = { flag: '⚑', environment: '$', file: '✎', default: '○' };

export interface SettingRowProps {
  readonly value: ConfigValue;
  readonly draft: string | null | undefined;
  readonly issues: readonly Issue[];
  /** Undefined takes the draft back. */
  readonly setDraft: (to: string | null | undefined) => void;
}

export function SettingRow({ value, draft, issues, setDraft }: SettingRowProps) {
  const { t } = useTranslation('settings');
  const { key, source, overruled, needs_restart } = value;
  const id = `setting-${key}`;
  return (
    <div className={draft === undefined ? 'setting' : 'setting setting-changed'}>
      <div className="setting-name">
        <label htmlFor={id}>{key}</label>
        <p id={`${id}-about`}>{t(`about.${key}`, { defaultValue: value.about })}</p>
      </div>
      <div className="setting-value">
        {value.editable ? (
          <SettingField id={id} value={value} draft={draft} issues={issues} setDraft={setDraft} />
        ) : (
          <Fixed id={id} value={value} />
        )}
        {issues.length > 0 && (
          <div id={`${id}-issue`} className="field-fault" role="alert">
            {issues.map(({ line, message }) => (
              <p key={`${line}-${message}`}>
                <span aria-hidden="true">✕ </span>
                {message} {line > 0 && t('line', { line })}
              </p>
            ))}
          </div>
        )}
        {draft === null && <p className="quiet">{t('taken-out')}</p>}
        {overruled && <p className="setting-overruled">{t(`overruled-${source}`)}</p>}
        {needs_restart && <p className="quiet">{t('needs-restart')}</p>}
      </div>
      <div className="setting-source">
        <span className="badge">
          <span aria-hidden="true">{SIGNS[source]}</span> {t(`source.${source}`)}
        </span>
        <Default value={value} />
        <Undo value={value} draft={draft} setDraft={setDraft} />
      </div>
    </div>
  );
}

function Fixed({ id, value }: { readonly id: string; readonly value: ConfigValue }) {
  const { t } = useTranslation('settings');
  return (
    <>
      <output id={id}>
        <code>{typedFrom(value, value.value)}</code>
      </output>
      <p className="quiet">
        {value.key === 'accounts' ? <a href={linkTo('accounts')}>{t('fixed-accounts')}</a> : t('fixed')}
      </p>
    </>
  );
}

function Default({ value }: { readonly value: ConfigValue }) {
  const { t } = useTranslation('settings');
  if (value.source === 'default') return null;
  const typed = typedFrom(value, value.default);
  return (
    <span className="quiet">
      {t('default')} <code>{typed === '' ? t('nothing') : typed}</code>
    </span>
  );
}

function Undo({ value, draft, setDraft }: Pick<SettingRowProps, 'value' | 'draft' | 'setDraft'>) {
  const { t } = useTranslation('settings');
  if (!value.editable) return null;
  if (draft !== undefined) {
    return (
      <button type="button" onClick={() => setDraft(undefined)}>
        {t('undo')} <span className="for-readers">{value.key}</span>
      </button>
    );
  }
  if (value.source !== 'file') return null;
  return (
    <button type="button" onClick={() => setDraft(null)}>
      {t('reset')} <span className="for-readers">{value.key}</span>
    </button>
  );
}
