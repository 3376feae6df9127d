/** The field for one value, by its kind. What is typed is a draft; nothing is sent from here. */

import { useTranslation } from 'react-i18next';
import type { ConfigValue } from '../../../../src/monitor/setting-views.ts';
import type { SettingRowProps } from './setting-row.tsx';
import { hasItems, typedFrom, writtenFrom } from './settings.ts';

const EXAMPLES: Readonly<Partial<Record<ConfigValue['kind'], string>>> = {
  duration: '30s',
  size: '256KB',
  map: '{ kind: linear, base: 5s, max: 30s }',
};
const LIST_ROWS_MIN = 3;
const LIST_ROWS_MAX = 14;

export function SettingField({ id, value, draft, issues, setDraft }: SettingRowProps & { readonly id: string }) {
  const { t } = useTranslation('settings');
  const written = draft === undefined ? value.value : (draft ?? value.default);
  const common = {
    id,
    'aria-describedby': issues.length > 0 ? `${id}-issue ${id}-about` : `${id}-about`,
    'aria-invalid': issues.length > 0,
  };
  const change = (typed: string): void => setDraft(writtenFrom(value, typed));
  if (value.kind === 'choice') {
    return (
      <select {...common} value={written} onChange={(event) => change(event.target.value)}>
        {(value.choices ?? [written]).map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  if (value.kind === 'flag') {
    const isOn = written === 'true';
    return (
      <span className="bar">
        <input {...common} type="checkbox" checked={isOn} onChange={(event) => change(String(event.target.checked))} />
        <span aria-hidden="true">{t(isOn ? 'on' : 'off')}</span>
      </span>
    );
  }
  if (value.kind === 'list') return <ListField common={common} value={value} written={written} setDraft={setDraft} />;
  return (
    <input
      {...common}
      type="text"
      inputMode={value.kind === 'number' ? 'numeric' : undefined}
      placeholder={EXAMPLES[value.kind]}
      spellCheck={false}
      autoComplete="off"
      value={typedFrom(value, written)}
      onChange={(event) => setDraft(event.target.value)}
    />
  );
}

interface ListFieldProps extends Pick<SettingRowProps, 'value' | 'setDraft'> {
  readonly common: Readonly<Record<string, string | boolean>>;
  readonly written: string;
}

/** Not kept under control: a line that is still being typed must not vanish. A change from elsewhere makes the field anew. */
function ListField({ common, value, written, setDraft }: ListFieldProps) {
  const { t } = useTranslation('settings');
  const typed = typedFrom(value, written);
  const isMine = (text: string): boolean => writtenFrom(value, text) === written;
  return (
    <>
      <textarea
        {...common}
        rows={Math.min(LIST_ROWS_MAX, Math.max(LIST_ROWS_MIN, typed.split('\n').length + 1))}
        spellCheck={false}
        defaultValue={typed}
        ref={(field) => {
          if (field !== null && !isMine(field.value)) field.value = typed;
        }}
        onChange={(event) => setDraft(writtenFrom(value, event.target.value))}
      />
      <p className="quiet">{t(hasItems(value) ? 'one-a-line' : 'as-in-file')}</p>
    </>
  );
}
