/** Fills in what a record of an older journal does not have, so that the page need not ask twice. Pure; it states nothing that nobody stated. */

import type { AttemptRow } from '../../../../src/monitor/rows.ts';
import type { RequestView } from '../../../../src/monitor/views.ts';

const ATTEMPT = {
  first_byte_ms: null,
  first_content_ms: null,
  status: null,
  failure: null,
  action: '',
  delay_ms: null,
  upstream_request_id: null,
  input_tokens: null,
  output_tokens: null,
  why: null,
  hedge: false,
  resume: null,
} as const satisfies Partial<AttemptRow>;
const MESSAGE = { headers: {}, body: '' };
const VIEW = {
  stop_reason: null,
  conversation: null,
  flags: [],
  attempts: [],
  request: MESSAGE,
  response: MESSAGE,
  log: [],
  steps: [],
  changes: [],
  marks: [],
  raw: [],
  error: null,
} as const satisfies Partial<RequestView>;

export function completeView(view: RequestView): RequestView {
  const whole: RequestView = { ...VIEW, ...view };
  return { ...whole, attempts: whole.attempts.map((attempt) => ({ ...ATTEMPT, ...attempt })) };
}
