/**
 * Takes secrets out of everything that leaves for a log, a journal or an error text: by their registered values in every usual spelling, by
 * the shapes that credentials have, and by the names of headers. It works on copies and must never be used on what is sent to an upstream.
 */

export interface Redactor {
  /** Registers a live secret; shorter than 8 characters is ignored, for it would hit ordinary words. */
  add(secret: string): void;
  text(text: string): string;
  headers(headers: Readonly<Record<string, string>>): Record<string, string>;
}

export const REDACTED = '[redacted]';
const SECRET_CHARS_MIN = 8;
/** A line of a secret with several lines (a private key) counts by itself from this length. */
const SECRET_LINE_CHARS_MIN = 24;

export function createRedactor(): Redactor {
  const known = new Set<string>();
  const spellings = new Set<string>();
  let pattern: RegExp | undefined;

  /** Made when it is first needed after a change: many secrets are often registered at once. */
  function current(): RegExp {
    // Longest first: a secret that is the beginning of another must not leave the rest of it standing.
    const values = [...spellings].sort((a, b) => b.length - a.length).map(escaped);
    pattern ??= new RegExp([...values, SHAPES].join('|'), 'g');
    return pattern;
  }

  function text(input: string): string {
    let clean = input.replace(pattern ?? current(), REDACTED);
    for (const { sign, shape } of ANNOUNCED) if (sign.test(clean)) clean = clean.replace(shape, REDACTED);
    return clean;
  }

  return {
    add(secret) {
      if (known.has(secret)) return;
      known.add(secret);
      for (const form of spellingsOf(secret)) spellings.add(form);
      pattern = undefined;
    },
    text,
    headers(headers) {
      const kept: Record<string, string> = {};
      for (const [name, value] of Object.entries(headers)) {
        const lower = name.toLowerCase();
        if (CREDENTIAL_HEADER.test(lower)) kept[lower] = REDACTED;
        else if (isKept(lower)) kept[lower] = text(value);
      }
      return kept;
    },
  };
}

// ---------------------------------------------------------------- values

function spellingsOf(secret: string): string[] {
  const trimmed = secret.trim();
  if (trimmed.length < SECRET_CHARS_MIN) return [];
  const lines = trimmed.split(/\r?\n/).map((line) => line.trim());
  const longLines = lines.length === 1 ? [] : lines.filter((line) => line.length >= SECRET_LINE_CHARS_MIN);
  return [trimmed, ...longLines].flatMap((value) => [
    value,
    ...jsonForms(value),
    ...urlForms(value),
    ...base64Forms(value),
  ]);
}

/** As it stands inside a JSON string, and inside a JSON text that is itself a JSON string. */
function jsonForms(value: string): string[] {
  const once = JSON.stringify(value).slice(1, -1);
  const slashed = once.replaceAll('/', '\\/');
  const twice = JSON.stringify(once).slice(1, -1);
  return [once, slashed, twice];
}

function urlForms(value: string): string[] {
  const encoded = encodeURIComponent(value.toWellFormed());
  // encodeURIComponent leaves !'()* alone, URLSearchParams does not.
  const form = new URLSearchParams({ v: value }).toString().slice(2);
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  return [encoded, lower(encoded), encodeURI(value.toWellFormed()), form, lower(form)];
}

/** Base64 of a text that contains the value looks different for each of three positions; the letters shared with the neighbours are left out. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  const forms = [bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  for (const offset of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const first = Math.ceil((offset * 4) / 3);
    const whole = Math.floor((shifted.length * 8) / 6);
    const inner = [shifted.toString('base64').slice(first, whole), shifted.toString('base64url').slice(first, whole)];
    forms.push(...inner.filter((form) => form.length >= SECRET_CHARS_MIN));
  }
  return forms;
}

/** RegExp.escape is younger than the oldest Node supported. */
function escaped(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

// ---------------------------------------------------------------- shapes

/** The beginning of a word, also after an escape of JSON or of a URL (`\nsk-…`, `%20sk-…`). */
const WORD = '(?:(?<![A-Za-z0-9])|(?<=\\\\[nrtbf])|(?<=\\\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2}))';
/** Everything inside a PEM block up to its end, or to the end of the JSON string that it stands in. */
const PEM_INSIDE = '(?:[^"\\\\]|\\\\+[nrt/])*?';

const SHAPES = [
  // Each branch opens with fixed letters and looks back afterwards: most places fail on the first letter.
  `sk-(?<=${WORD}sk-)[A-Za-z0-9_-]{16,}`,
  `AIza(?<=${WORD}AIza)[A-Za-z0-9_-]{20,}`,
  `ya29\\.(?<=${WORD}ya29\\.)[A-Za-z0-9_.-]{10,}`,
  `GOCSPX-[A-Za-z0-9_-]{16,}`,
  `1//0(?<=${WORD}1//0)[A-Za-z0-9_-]{20,}`,
  `eyJ(?<=${WORD}eyJ)[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*`,
  `-----BEGIN [A-Z ]*KEY-----${PEM_INSIDE}(?:-----END [A-Z ]*KEY-----|(?=\\\\*"|$))`,
].join('|');

/** Shapes that only what stands before them gives away. Looking back at every character is dear, so a cheap sign is looked for first. */
const ANNOUNCED: readonly { readonly sign: RegExp; readonly shape: RegExp }[] = [
  { sign: /Bearer/, shape: /(?<=\bBearer\s{1,4})(?=[^\s"]{0,256}[0-9])[A-Za-z0-9._~+/=-]{16,}/g },
  {
    sign: /(?:key|token|secret)=/,
    shape: /(?<=[?&](?:key|api_key|apikey|access_token|refresh_token|client_secret)=)[^&\s"'<>#\\]+/g,
  },
];

// ---------------------------------------------------------------- headers

/** Shown by name only. */
const CREDENTIAL_HEADER =
  /(^|-)(authorization|cookie2?|api-?key|apikey|goog-api-key|token|secret|password|credentials?|key)$/;

/** Kept as they are; every other header is left out. */
const KEPT_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'host',
  'origin',
  'referer',
  'request-id',
  'retry-after',
  'retry-after-ms',
  'server',
  'session-id',
  'session_id',
  'traceparent',
  'transfer-encoding',
  'user-agent',
  'via',
  'x-accel-buffering',
  'x-account-email',
  'x-app',
  'x-attempts',
  'x-goog-api-client',
  'x-goog-user-project',
  'x-mapped-model',
  'x-request-id',
  'x-session-id',
  'x-should-retry',
  'x-token-count',
]);
const KEPT_HEADER_BEGINNINGS = ['anthropic-', 'openai-', 'x-claude-code-', 'x-ratelimit-', 'x-stainless-'];

function isKept(name: string): boolean {
  return KEPT_HEADERS.has(name) || KEPT_HEADER_BEGINNINGS.some((beginning) => name.startsWith(beginning));
}
