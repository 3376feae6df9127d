/** Hours and days of a time zone. Days differ in length twice a year, so a day begins where the clock of the zone says so. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;

export interface Zone {
  /** ISO 8601 with the zone's offset: the start of the hour or day in which a moment lies. */
  startOf(unit: 'hour' | 'day', ms: number): string;
}

/** Throws a RangeError for a name that is none. */
export function createZone(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  /** Days (of UTC) without a change of the clocks, by their number. */
  const steady = new Map<number, number>();

  function told(ms: number): number {
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  }
  function offset(ms: number): number {
    const day = Math.floor(ms / DAY_MS);
    const known = steady.get(day);
    if (known !== undefined) return known;
    const first = told(day * DAY_MS);
    if (first !== told((day + 1) * DAY_MS)) return told(ms);
    steady.set(day, first);
    return first;
  }

  return {
    startOf(unit, ms) {
      const unitMs = unit === 'hour' ? HOUR_MS : DAY_MS;
      const there = offset(ms);
      const start = Math.floor((ms + there) / unitMs) * unitMs;
      // The clocks may have changed since midnight.
      return written(start, unit === 'hour' ? there : offset(start - there));
    },
  };
}

function written(localMs: number, offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / MINUTE_MS;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  const sign = offsetMs < 0 ? '-' : '+';
  const clock = new Date(localMs).toISOString().slice(0, 19);
  return offsetMs === 0 ? `${clock}Z` : `${clock}${sign}${two(minutes / 60)}:${two(minutes % 60)}`;
}
