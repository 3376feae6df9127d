/** The numbers of the range, large. Where a number is a filter of the list of requests, it leads there. */

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StatsBucket } from '../../../../src/monitor/views.ts';
import { linkTo } from '../../address.ts';
import { formatCount, formatDuration } from '../../format.ts';
import { type Range, share } from './ranges.ts';
import { formatShare, formatShort } from './shares.ts';

/** What the gateway did so that a turn is saved. The journal counts it over all requests, also those that failed all the same. */
const WAYS = ['retried', 'rotated', 'repaired', 'resumed', 'fallback'] as const;

export function Tiles({ total, range }: { readonly total: StatsBucket; readonly range: Range }) {
  const { t, i18n } = useTranslation('overview');
  const count = (value: number): string => formatCount(value, i18n.language);
  const short = (value: number): string => formatShort(value, i18n.language);
  const part = (value: number): string => formatShare(share(value, total.requests), i18n.language);
  const ways = WAYS.filter((flag) => total.flags[flag] > 0);
  return (
    <div className="tiles">
      <Tile name={t('tile.requests')} value={count(total.requests)} href={linkTo('requests', { span: range })} />
      <Tile name={t('tile.whole')} value={part(total.ok + total.healed)} about={count(total.ok + total.healed)} />
      <Tile
        name={t('tile.healed')}
        tone="healed"
        value={count(total.healed)}
        href={linkTo('requests', { span: range, outcome: 'healed' })}
        about={t('tile.healed-about')}
      >
        {ways.length > 0 && <p className="quiet ways-of">{t('tile.ways')}</p>}
        {ways.length > 0 && (
          <ul className="ways">
            {ways.map((flag) => (
              <li key={flag}>
                <a href={linkTo('requests', { span: range, flag })}>
                  {t(`requests:flag.${flag}`)} <strong>{count(total.flags[flag])}</strong>
                </a>
              </li>
            ))}
          </ul>
        )}
      </Tile>
      <Tile
        name={t('tile.failed')}
        tone="failed"
        value={count(total.failed)}
        href={linkTo('requests', { span: range, outcome: 'failed' })}
        about={part(total.failed)}
      />
      <Tile
        name={t('tile.first')}
        value={formatDuration(total.first_content_p50_ms, i18n.language)}
        about={t('tile.p99', { duration: formatDuration(total.first_content_p99_ms, i18n.language) })}
      />
      <Tile
        name={t('tile.input')}
        value={short(total.input_tokens)}
        exact={count(total.input_tokens)}
        about={t('tile.cached', { tokens: short(total.cache_read_tokens) })}
      />
      <Tile name={t('tile.output')} value={short(total.output_tokens)} exact={count(total.output_tokens)} />
    </div>
  );
}

interface TileProperties {
  readonly name: string;
  readonly value: string;
  /** Where `value` is rounded. */
  readonly exact?: string;
  readonly about?: string;
  readonly href?: string;
  readonly tone?: 'healed' | 'failed';
  readonly children?: ReactNode;
}

function Tile({ name, value, exact, about, href, tone, children }: TileProperties) {
  return (
    <section className={`card tile ${tone === undefined ? '' : `tile-${tone}`}`}>
      <h2>{name}</h2>
      <p className="tile-value" title={exact}>
        {href === undefined ? value : <a href={href}>{value}</a>}
      </p>
      {about !== undefined && <p className="quiet">{about}</p>}
      {children}
    </section>
  );
}
