/** The page of settings: the configuration as it is in force, edited in place, saved as one change of the file or not at all. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConfigView } from '../../../../src/monitor/setting-views.ts';
import { ApiError, api } from '../../api.ts';
import { Trouble } from '../../parts/trouble.tsx';
import '../../styles/settings.css';
import { PendingChanges } from './pending-changes.tsx';
import { SessionCard } from './session-card.tsx';
import { SettingRow } from './setting-row.tsx';
import { changesOf, type Drafts, issuesElsewhere, issuesOf, type Section, sectionsOf } from './settings.ts';

export function SettingsPage() {
  const { t } = useTranslation('settings');
  const config = useQuery({ queryKey: ['config'], queryFn: api.config });
  return (
    <div className="settings">
      <h1>{t('title')}</h1>
      {config.data ? (
        <Settings view={config.data} reload={() => config.refetch()} />
      ) : config.error ? (
        <Trouble error={config.error} again={() => void config.refetch()} />
      ) : (
        <p role="status">{t('loading', { ns: 'frame' })}</p>
      )}
      <SessionCard />
    </div>
  );
}

function Settings({ view, reload }: { readonly view: ConfigView; readonly reload: () => Promise<unknown> }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [drafts, setDrafts] = useState<Drafts>({});
  const changes = changesOf(view.values, drafts);
  const save = useMutation({
    mutationFn: () =>
      api.changeConfig({ version: view.version, changes: Object.fromEntries(changes.map(({ key, to }) => [key, to])) }),
    onSuccess: (next) => {
      queries.setQueryData(['config'], next);
      setDrafts({});
    },
  });
  const issues = save.error instanceof ApiError ? save.error.issues : [];
  useEffect(() => {
    if (save.error !== null) showFirstFault();
  }, [save.error]);
  const draft = (key: string, to: string | null | undefined): void => {
    setDrafts(({ [key]: _, ...others }) => (to === undefined ? others : { ...others, [key]: to }));
  };
  return (
    <>
      <FileFacts view={view} />
      {sectionsOf(view.values).map((section) => (
        <SettingSection key={section.name} section={section}>
          {(value) => (
            <SettingRow
              key={value.key}
              value={value}
              draft={drafts[value.key]}
              issues={issuesOf(issues, value.key)}
              setDraft={(to) => draft(value.key, to)}
            />
          )}
        </SettingSection>
      ))}
      <PendingChanges
        changes={changes}
        saving={save.isPending}
        saved={save.isSuccess}
        error={save.error}
        elsewhere={issuesElsewhere(issues, view.values)}
        save={() => save.mutate()}
        discard={() => {
          setDrafts({});
          save.reset();
        }}
        reload={() => void reload().then(() => save.reset())}
      />
      <details className="card">
        <summary>{t('file-text')}</summary>
        <pre>{view.text === '' ? t('file-empty') : view.text}</pre>
      </details>
    </>
  );
}

function showFirstFault(): void {
  const field = document.querySelector<HTMLElement>('.setting [aria-invalid="true"]');
  field?.focus({ preventScroll: true });
  field?.closest('.setting')?.scrollIntoView({ block: 'start' });
}

function FileFacts({ view }: { readonly view: ConfigView }) {
  const { t } = useTranslation('settings');
  return (
    <>
      <p className="quiet">
        {view.file === null ? (
          t('no-file')
        ) : (
          <>
            {t('file')} <code>{view.file}</code>
          </>
        )}
      </p>
      {view.warnings.length > 0 && (
        <section className="card settings-warnings" aria-labelledby="settings-warnings">
          <h2 id="settings-warnings">{t('warnings')}</h2>
          <ul>
            {view.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface SettingSectionProps {
  readonly section: Section;
  readonly children: (value: Section['values'][number]) => ReactNode;
}

function SettingSection({ section, children }: SettingSectionProps) {
  const { t } = useTranslation('settings');
  const { name, values } = section;
  return (
    <section className="card setting-section" aria-labelledby={`section-${name}`}>
      <h2 id={`section-${name}`}>{t(`section.${name}`, { defaultValue: name })}</h2>
      {values.map(children)}
    </section>
  );
}
