/** Copies a text to the clipboard and says so, also to a screen reader. */

import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const SAID_MS = 2_000;

export function CopyButton({ text, label }: { readonly text: () => string; readonly label: string }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    navigator.clipboard.writeText(text()).then(
      () => setSaid('copied'),
      () => setSaid('refused'),
    );
  };
  return (
    <button type="button" onClick={copy}>
      {said === undefined ? label : t(`copy.${said}`)}
      <span className="for-readers" role="status">
        {said === undefined ? '' : t(`copy.${said}`)}
      </span>
    </button>
  );
}
