/**
 * What each key of the configuration file is, for people: its kind, its choices, whether it may be changed over HTTP, and one line about it. The keys
 * themselves and their defaults are those of `schema.ts`; a test keeps the two alike. Nothing that names a file or holds a secret is editable here.
 */

export type KeyKind = 'duration' | 'size' | 'number' | 'flag' | 'choice' | 'text' | 'list' | 'secret' | 'map';

export interface KeyDescription {
  readonly key: string;
  readonly kind: KeyKind;
  readonly about: string;
  readonly choices?: readonly string[];
  /** Where the schema leaves the default to the code, or it stands for more than one. */
  readonly default?: string;
  readonly needsRestart?: true;
  /** Why it is not changed over HTTP. */
  readonly fixed?: string;
}

const backoff = (key: string, of: string): KeyDescription => ({
  key: `healing.backoff.${key}`,
  kind: 'map',
  about: `How long to wait after ${of}, such as { kind: linear, base: 5s, max: 30s }; left away, the built-in table holds.`,
  default: '',
});

export const KEYS: readonly KeyDescription[] = [
  {
    key: 'server.drain',
    kind: 'duration',
    about: 'How long running answers may go on when the gateway is told to end.',
  },
  { key: 'server.host', kind: 'text', about: 'The address to listen on.', needsRestart: true },
  { key: 'server.port', kind: 'number', about: 'The port to listen on; 0 picks a free one.', needsRestart: true },
  {
    key: 'server.auth.mode',
    kind: 'choice',
    choices: ['off', 'strict', 'all_except_health', 'auto'],
    about: 'Whether clients need a key; auto asks for one unless the gateway listens to this machine alone.',
  },
  {
    key: 'server.auth.keys',
    kind: 'secret',
    about: 'The keys that clients use; only their number is shown.',
    fixed: 'keys are changed in the file',
  },
  {
    key: 'server.allowed_hosts',
    kind: 'list',
    about: 'Host names that requests may name beside those of this machine.',
  },
  { key: 'server.max_body', kind: 'size', about: 'The largest request body that is read.' },
  {
    key: 'accounts',
    kind: 'list',
    about: 'The accounts that requests are sent with.',
    fixed: 'accounts are changed on their own page, or in the file',
  },
  {
    key: 'routes',
    kind: 'list',
    about: 'Which models are asked for a name, in order: a list of match and to; the first match counts.',
  },
  { key: 'healing.max_attempts', kind: 'number', about: 'Upstream attempts for each request and model.' },
  { key: 'healing.first_byte', kind: 'duration', about: 'How long an upstream may take to begin its answer.' },
  {
    key: 'healing.first_content',
    kind: 'duration',
    default: '60s',
    about: 'How long an upstream may take to say something; 30s for Gemini clients where nothing is stated.',
  },
  { key: 'healing.idle', kind: 'duration', about: 'How long an upstream may be silent once its answer flows.' },
  {
    key: 'healing.deadline',
    kind: 'duration',
    about: 'How long all attempts and waits together may take before the first content.',
  },
  { key: 'healing.keepalive', kind: 'duration', about: 'Silence towards a client before it gets a ping.' },
  {
    key: 'healing.open_after',
    kind: 'duration',
    about: 'Above 0, opens the stream of a waiting client after this time; a failure is then an error event.',
  },
  {
    key: 'healing.hold',
    kind: 'choice',
    choices: ['live', 'balanced', 'safe'],
    about: 'What is held back until it is whole: nothing, tool calls, or tool calls and thinking.',
  },
  { key: 'healing.resume', kind: 'flag', about: 'Goes on with an answer whose upstream died mid-way.' },
  { key: 'healing.hedge', kind: 'flag', about: 'Gives a slow attempt company by a second one on another account.' },
  {
    key: 'healing.attach',
    kind: 'flag',
    about: 'Lets a client that comes back, or a duplicate, join the answer that is already being made.',
  },
  backoff('400', 'status 400'),
  backoff('401', 'status 401'),
  backoff('403', 'status 403'),
  backoff('404', 'status 404'),
  backoff('429', 'status 429 without a time'),
  backoff('500', 'status 500'),
  backoff('503', 'status 503'),
  backoff('529', 'status 529'),
  backoff('peek', 'a failure before the first content'),
  {
    key: 'scheduling.mode',
    kind: 'choice',
    choices: ['cache_first', 'balance', 'performance_first'],
    about: "What counts most in choosing an account: the provider's cache, an even load, or speed.",
  },
  { key: 'scheduling.sticky', kind: 'flag', about: 'Keeps a conversation with its account.' },
  {
    key: 'scheduling.max_wait',
    kind: 'duration',
    about: 'How long a request may wait for an account that rests when there is no other.',
  },
  {
    key: 'monitor.bodies',
    kind: 'choice',
    choices: ['full', 'metadata', 'off'],
    about: 'What the journal keeps of requests and answers.',
  },
  { key: 'monitor.max_body', kind: 'size', about: 'How much of a body the journal keeps.' },
  { key: 'monitor.retention', kind: 'duration', about: 'How long the journal keeps a request.' },
  { key: 'monitor.max_size', kind: 'size', about: 'How large the journal may become.' },
  {
    key: 'monitor.explain',
    kind: 'flag',
    about: 'Whether the message of a failed answer names the command that explains it.',
  },
  {
    key: 'state.url',
    kind: 'text',
    about: 'A redis:// address that replicas share their state at; empty keeps it in state.db.',
  },
  {
    key: 'journal.url',
    kind: 'text',
    about: 'A postgres:// address that replicas share their journal at; empty keeps it in requests.db.',
  },
  { key: 'telemetry.metrics', kind: 'flag', about: 'Serves /metrics.' },
  { key: 'telemetry.otlp', kind: 'text', about: 'An http address that traces are sent to; empty sends none.' },
];
