/** How a chart is drawn: a few quiet lines, in the colours of the page. Pure, but for the colours, which are handed in as the document has them. */

import uPlot from 'uplot';

export interface SeriesLook {
  /** The name of a colour of the page, such as `--good`. */
  readonly colour: string;
  /** A bar of this colour down to the axis: for what is counted. Without it a line: for what is measured. */
  readonly fill?: string;
  /** Told apart by more than colour. */
  readonly isDashed?: boolean;
}

const LABEL_PX = 46;
const STEP_PX_MIN = 34;

const paths = uPlot.paths.bars?.({ size: [0.8, 48] });
const BARS = { points: { show: false }, ...(paths === undefined ? {} : { paths }) };
/** From so many points on there is no room for the outline of each. */
const POINTS_DENSE = 60;
/** A point of its own each: one between two gaps has no line. */
const lineOf = (isDense: boolean) => ({ width: 2, points: { show: true, size: isDense ? 3 : 5 } });

export function chartOptions(
  series: readonly SeriesLook[],
  points: number,
  style: Pick<CSSStyleDeclaration, 'getPropertyValue'>,
  language: string,
  tellValue: (value: number) => string,
): Omit<uPlot.Options, 'width' | 'height'> {
  const colour = (name: string): string => readColour(style, name);
  const isDense = points > POINTS_DENSE;
  const barsOf = (fill: string, outline: string) =>
    isDense ? { ...BARS, width: 0, fill: colour(outline) } : { ...BARS, width: 1, fill: colour(fill) };
  const line = { stroke: colour('--text-quiet'), font: '12px system-ui, sans-serif' };
  const grid = { stroke: colour('--line'), width: 1 };
  return {
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: true, range: withMargins }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      { ...line, grid: { show: false }, ticks: grid, values: (_, times) => timeLabels(times, language) },
      {
        ...line,
        grid,
        ticks: { show: false },
        size: LABEL_PX + 14,
        space: STEP_PX_MIN,
        values: (_, values) => values.map(tellValue),
      },
    ],
    series: [
      {},
      ...series.map((each) => ({
        stroke: colour(each.colour),
        ...(each.fill === undefined ? lineOf(isDense) : barsOf(each.fill, each.colour)),
        ...(each.isDashed ? { dash: [6, 4] } : {}),
      })),
    ],
  };
}

/** Half a step on both sides, for the bars at the ends. */
function withMargins(chart: Pick<uPlot, 'data'>, first: number, last: number): [number, number] {
  const times = chart.data[0] ?? [];
  const step = times.length > 1 ? (last - first) / (times.length - 1) : 3_600;
  return [first - step / 2, last + step / 2];
}

/** `light-dark(a, b)` as it stands in a variable is not a colour a canvas knows: the one of the present scheme is. */
export function readColour(style: Pick<CSSStyleDeclaration, 'getPropertyValue'>, name: string): string {
  const text = style.getPropertyValue(name).trim();
  const [, light, dark] = /^light-dark\(\s*([^,]+?)\s*,\s*([^)]+?)\s*\)$/.exec(text) ?? [];
  if (light === undefined || dark === undefined) return text;
  return isDark(style) ? dark : light;
}

function isDark(style: Pick<CSSStyleDeclaration, 'getPropertyValue'>): boolean {
  const scheme = style.getPropertyValue('color-scheme').trim();
  if (scheme === 'dark' || scheme === 'light') return scheme === 'dark';
  return matchMedia('(prefers-color-scheme: dark)').matches;
}

/** The day where it changes, else the hour. */
function timeLabels(times: readonly number[], language: string): string[] {
  const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' });
  const hour = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  let before = '';
  return times.map((seconds) => {
    const time = new Date(seconds * 1_000);
    const today = day.format(time);
    const isNew = today !== before;
    before = today;
    return isNew ? today : hour.format(time);
  });
}
