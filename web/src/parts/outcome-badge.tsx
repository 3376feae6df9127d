/** How a request ended, as a word with a colour and a shape: never by colour alone. */

import { useTranslation } from 'react-i18next';
import type { Outcome } from '../../../src/model/journal.ts';

const SIGNS: Readonly<Record<Outcome | 'open', string>> = {
  ok: '●',
  healed: '✚',
  failed: '✕',
  cancelled: '◌',
  open: '…',
};

interface OutcomeBadgeProps {
  readonly outcome: Outcome | null;
  /** Where it is not a request that ended so. */
  readonly told?: string;
}

export function OutcomeBadge({ outcome, told }: OutcomeBadgeProps) {
  const { t } = useTranslation();
  const word = outcome ?? 'open';
  return (
    <span className={`badge badge-${word}`}>
      <span aria-hidden="true">{SIGNS[word]}</span> {told ?? t(`outcome.${word}`)}
    </span>
  );
}
