/** Numbers, durations, sizes and times as people of a language read them. Pure; absent values are a dash, never a zero. */

export const NOTHING = '–';

/** Making a formatter costs fifty times what using it does, and a scrolling table formats hundreds of values a frame. */
const numberFormats = new Map<string, Intl.NumberFormat>();
const timeFormats = new Map<string, Intl.DateTimeFormat>();

export function formatCount(value: number | null, language: string): string {
  return value === null ? NOTHING : numberFormat(language).format(value);
}

function numberFormat(language: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const name = `${language} ${options.unit ?? ''} ${options.maximumFractionDigits ?? ''}`;
  const format = numberFormats.get(name) ?? new Intl.NumberFormat(language, options);
  numberFormats.set(name, format);
  return format;
}

function timeFormat(language: string, withDay: boolean): Intl.DateTimeFormat {
  const name = `${language} ${withDay}`;
  const day = withDay ? ({ month: 'short', day: 'numeric' } as const) : {};
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const format = timeFormats.get(name) ?? new Intl.DateTimeFormat(language, { ...day, ...clock });
  timeFormats.set(name, format);
  return format;
}

/** 950 ms, 1.2 s, 3 min 5 s, 2 h 10 min. */
export function formatDuration(ms: number | null, language: string): string {
  if (ms === null) return NOTHING;
  const unit = (value: number, name: string, digits = 0): string =>
    numberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  if (ms < 1_000) return unit(Math.round(ms), 'millisecond');
  if (ms < 59_950) return unit(ms / 1_000, 'second', ms < 10_000 ? 2 : 1);
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600)
    return joined(unit(Math.floor(seconds / 60), 'minute'), seconds % 60, (rest) => unit(rest, 'second'));
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440)
    return joined(unit(Math.floor(minutes / 60), 'hour'), minutes % 60, (rest) => unit(rest, 'minute'));
  const hours = Math.round(minutes / 60);
  return joined(unit(Math.floor(hours / 24), 'day'), hours % 24, (rest) => unit(rest, 'hour'));
}

function joined(large: string, rest: number, write: (rest: number) => string): string {
  return rest === 0 ? large : `${large} ${write(rest)}`;
}

export function formatBytes(bytes: number | null, language: string): string {
  if (bytes === null) return NOTHING;
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const step = Math.min(units.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1_024)));
  return numberFormat(language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    // Spelled out, a byte has no plural: "350 byte".
    unitDisplay: step === 0 ? 'narrow' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1_024 ** step);
}

/** Today only the time of day; else with the day. */
export function formatTime(iso: string, language: string, now: number): string {
  const time = new Date(iso);
  return timeFormat(language, !isOfDay(time.getTime(), now)).format(time);
}

/** The day that was asked for last: a scrolling table asks for the same one a thousand times. */
let day = { from: 0, to: 0 };

function isOfDay(time: number, now: number): boolean {
  if (now < day.from || now >= day.to) {
    const from = new Date(now).setHours(0, 0, 0, 0);
    day = { from, to: new Date(from).setHours(24, 0, 0, 0) };
  }
  return time >= day.from && time < day.to;
}

export function formatFullTime(iso: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }).format(
    new Date(iso),
  );
}
