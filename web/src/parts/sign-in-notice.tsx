/** What somebody without a session sees: how to get a link. There is no form: a key typed into a page could be read by a script. */

import { useTranslation } from 'react-i18next';

export function SignInNotice() {
  const { t } = useTranslation();
  return (
    <section className="notice" aria-labelledby="sign-in">
      <h1 id="sign-in">{t('sign-in.title')}</h1>
      <p>{t('sign-in.how')}</p>
      <pre>
        <code>antigravity-tools open</code>
      </pre>
      <p className="quiet">{t('sign-in.why')}</p>
      <button type="button" onClick={() => location.reload()}>
        {t('sign-in.again')}
      </button>
    </section>
  );
}
