import { expect, it } from 'vitest';
import type { AttemptRow } from '../../../../src/monitor/rows.ts';
import type { RequestView } from '../../../../src/monitor/views.ts';
import { completeView } from './complete-view.ts';

it('a record of an older journal has everything that the page reads, and nothing of it is made up', () => {
  const old = { id: 'x', attempts: [{ n: 1, status: 200, why: 'so' } as AttemptRow] } as unknown as RequestView;
  expect(completeView(old)).toMatchObject({
    id: 'x',
    attempts: [{ n: 1, status: 200, why: 'so', resume: null, hedge: false, action: '', failure: null }],
    steps: [],
    marks: [],
    conversation: null,
    error: null,
    response: { headers: {}, body: '' },
  });
});
it('a record that has everything stays as it is', () => {
  const attempt = { ...completeView({ attempts: [{}] } as unknown as RequestView).attempts[0], resume: 'ask' };
  const view = completeView({ id: 'x', attempts: [attempt], marks: [{ end: 1, ms: 2 }] } as unknown as RequestView);
  expect(completeView(view)).toEqual(view);
  expect(view).toMatchObject({ attempts: [{ resume: 'ask' }], marks: [{ end: 1, ms: 2 }] });
});
