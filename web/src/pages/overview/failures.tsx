/** Why attempts failed: one bar a cause, with its numbers, each leading to the requests that met it. */

import { useTranslation } from 'react-i18next';
import type { StatsView } from '../../../../src/monitor/views.ts';
import { linkTo } from '../../address.ts';
import { formatCount } from '../../format.ts';
import type { Range } from './ranges.ts';

interface FailuresProperties {
  readonly failures: StatsView['failures'];
  readonly range: Range;
}

export function Failures({ failures, range }: FailuresProperties) {
  const { t, i18n } = useTranslation('overview');
  const most = Math.max(1, ...failures.map((each) => each.attempts));
  return (
    <section className="card" aria-labelledby="failures">
      <h2 id="failures">{t('failures.title')}</h2>
      <p className="quiet">{t(failures.length === 0 ? 'failures.none' : 'failures.about')}</p>
      {failures.length > 0 && (
        <div className="scrolls">
          <table className="plain failures">
            <thead>
              <tr>
                <th scope="col">{t('failures.cause')}</th>
                <th scope="col" className="number">
                  {t('failures.attempts')}
                </th>
                <th scope="col" className="number">
                  {t('failures.failed')}
                </th>
              </tr>
            </thead>
            <tbody>
              {failures.map((each) => (
                <tr key={each.kind}>
                  <th scope="row">
                    <a href={linkTo('requests', { span: range, q: each.kind })}>
                      {/* A kind that these words do not know yet is told by its name. */}
                      {t(`kind.${each.kind}`, { defaultValue: each.kind })}
                    </a>
                    <span className="failure-bar" aria-hidden="true">
                      <span style={{ inlineSize: `${(100 * each.attempts) / most}%` }} />
                    </span>
                  </th>
                  <td className="number">{formatCount(each.attempts, i18n.language)}</td>
                  <td className="number">{formatCount(each.requests_failed, i18n.language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
