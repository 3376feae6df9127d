import { describe, expect, it } from 'vitest';
import type { AttemptRow } from '../../../../src/monitor/rows.ts';
import type { AccountView, RestView } from '../../../../src/monitor/views.ts';
import { readyTimes } from './ready-times.ts';

const rest = (model: string | null, until: string): RestView => ({
  model,
  until,
  in_ms: 0,
  reason: 'limit',
  told: true,
});
const account = (email: string, rests: readonly RestView[]) => ({ email, rests }) as unknown as AccountView;
const attempt = (account_email: string, mapped_model: string) => ({ account_email, mapped_model }) as AttemptRow;
const view = (headers: Record<string, string> = {}) => ({
  attempts: [attempt('ada', 'm-1'), attempt('bob', 'm-2')],
  account_email: 'bob',
  mapped_model: 'm-2',
  time: '2026-05-04T10:00:00.000Z',
  duration_ms: 2_000,
  response: { headers, body: '' },
  error: null,
});
const brief = (times: ReturnType<typeof readyTimes>) =>
  times.map(({ who, untilMs }) => [who, new Date(untilMs).toISOString().slice(11, 19)]);

describe('when a request may be sent again', () => {
  it('is when the accounts that it asked are back, the first one first', () => {
    const accounts = [
      account('ada', [rest('m-1', '2026-05-04T10:05:00Z'), rest(null, '2026-05-04T10:03:00Z')]),
      account('bob', [rest('m-2', '2026-05-04T10:01:00Z'), rest('other', '2026-05-04T11:00:00Z')]),
      account('eve', [rest(null, '2026-05-04T10:00:30Z')]),
    ];
    expect(brief(readyTimes(view({ 'retry-after': '9' }), accounts))).toEqual([
      ['bob', '10:01:00'],
      ['ada', '10:05:00'],
    ]);
  });
  it('is what its caller was told where no account rests', () => {
    expect(brief(readyTimes(view({ 'Retry-After': '30' }), [account('ada', [])]))).toEqual([['', '10:00:32']]);
  });
  it('is the whole time where every account rested for longer than a caller may be told', () => {
    const error = 'every account that can serve m is resting for 7200 s (quota-exhausted: no more today)';
    expect(brief(readyTimes({ ...view({ 'Retry-After': '60' }), error }, []))).toEqual([['', '12:00:02']]);
  });
  it('is unknown where nobody named a time', () => {
    expect(readyTimes(view(), [])).toEqual([]);
    expect(readyTimes(view({ 'retry-after': 'soon' }), [account('ada', [rest(null, 'never')])])).toEqual([]);
  });
});
