/**
 * One chart over time, drawn on a canvas with the colours of the page and drawn anew when they change. Its numbers stand in a table beside it for
 * whoever cannot see it. The drawing library writes no markup of its own here: its legend is off, and ours is text.
 */

import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { chartOptions, type SeriesLook } from './chart-options.ts';

export interface ChartSeries extends SeriesLook {
  readonly label: string;
  /** What is drawn: for stacked bars the sum up to here. */
  readonly drawn: readonly (number | null)[];
  /** What is told. */
  readonly values: readonly (number | null)[];
}
interface ChartProperties {
  readonly title: string;
  readonly times: readonly number[];
  /** Told in this order, and drawn from the last to the first: what is told first lies on top. */
  readonly series: readonly ChartSeries[];
  readonly tellTime: (seconds: number) => string;
  readonly tellValue: (value: number | null) => string;
}

export function Chart(properties: ChartProperties) {
  const { title, times, series, tellTime, tellValue } = properties;
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  useDrawing(place, properties, setPointed);
  const id = useId();
  const told = pointed !== null && times[pointed] !== undefined ? pointed : undefined;
  return (
    <section className="card chart" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <div className="chart-legend">
        {series.map((each) => (
          <span key={each.label}>
            <Key look={each} />
            {each.label}
            {told !== undefined && <strong> {tellValue(each.values[told] ?? null)}</strong>}
          </span>
        ))}
        <span className="quiet chart-time">{told !== undefined && tellTime(times[told] ?? 0)}</span>
      </div>
      <div ref={place} className="chart-place" aria-hidden="true" />
      <Numbers {...properties} />
    </section>
  );
}

function Key({ look: { colour, isDashed } }: { readonly look: SeriesLook }) {
  const style = isDashed ? { color: `var(${colour})` } : { background: `var(${colour})` };
  return <span className={isDashed ? 'chart-key chart-key-dashed' : 'chart-key'} aria-hidden="true" style={style} />;
}

function Numbers({ title, times, series, tellTime, tellValue }: ChartProperties) {
  const { t } = useTranslation('overview');
  return (
    <details className="chart-numbers">
      <summary>{t('as-table')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="scrolls" tabIndex={0} aria-label={`${t('as-table')}: ${title}`}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('time')}</th>
              {series.map((each) => (
                <th key={each.label} scope="col" className="number">
                  {each.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.map((time, index) => (
              <tr key={time}>
                <th scope="row">{tellTime(time)}</th>
                {series.map((each) => (
                  <td key={each.label} className="number">
                    {tellValue(each.values[index] ?? null)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function useDrawing(
  place: React.RefObject<HTMLDivElement | null>,
  { times, series, tellValue }: ChartProperties,
  point: (index: number | null) => void,
): void {
  const { i18n } = useTranslation();
  const theme = useThemeCount();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the document, and change with the theme alone
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = series.toReversed();
    const data = [times, ...drawn.map((each) => each.drawn)] as unknown as uPlot.AlignedData;
    const size = () => ({ width: Math.max(120, element.clientWidth), height: element.clientHeight });
    const options = chartOptions(drawn, times.length, getComputedStyle(element), i18n.language, tellValue);
    const drawing = new uPlot(
      { ...options, ...size(), hooks: { setCursor: [(chart) => point(chart.cursor.idx ?? null)] } },
      data,
      element,
    );
    const observer = new ResizeObserver(() => drawing.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawing.destroy();
    };
  }, [place, times, series, tellValue, point, i18n.language, theme]);
}

/** Counts the changes of the page's colours, by choice or by the system. */
function useThemeCount(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const changed = (): void => setCount((before) => before + 1);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    window.addEventListener('themechange', changed);
    dark.addEventListener('change', changed);
    return () => {
      window.removeEventListener('themechange', changed);
      dark.removeEventListener('change', changed);
    };
  }, []);
  return count;
}
