/** Shares and large numbers as people read them: a small share keeps a digit, so that one failure in a thousand is not told as none. */

import { NOTHING } from '../../format.ts';

const SMALL = 0.1;

export function formatShare(share: number | null, language: string): string {
  if (share === null) return NOTHING;
  const isExact = share === 0 || share === 1;
  const digits = isExact ? 0 : share < SMALL || share > 1 - SMALL ? 1 : 0;
  const format = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits });
  // Neither "0 %" of some nor "100 %" of not all.
  if (!isExact && share < 0.001) return `<${format.format(0.001)}`;
  if (!isExact && share > 0.999) return `>${format.format(0.999)}`;
  return format.format(share);
}

/** 1.51B, 1,5 Mrd.: for what is counted in millions and told beside its exact number. */
export function formatShort(value: number, language: string): string {
  return new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}
