import { describe, expect, it } from 'vitest';
import { placeholderSignature } from '../model/signature-words.ts';
import type { JsonEdit } from '../model/wire.ts';
import { CHANGE_BYTES_MAX, CHANGES_MAX, changeRows, pathText } from './record-changes.ts';
import type { AttemptStarted, OpenAttempt } from './record-exchange.ts';

const signature = `sig${'A'.repeat(400)}end`;
const json = {
  system: 'be kind to sk-secret-1',
  messages: [
    { role: 'user', content: 'hello' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature },
        { type: 'redacted_thinking', data: signature },
      ],
    },
  ],
};

interface Told {
  readonly history?: readonly JsonEdit[];
  readonly resume?: readonly JsonEdit[];
  readonly repaired?: boolean;
  readonly translated?: string;
}
function changesOf(...attempts: readonly Told[]) {
  const open = attempts.map(({ history = [], resume = [], repaired = false, translated }, at): OpenAttempt => {
    const usage = {};
    const started = { fact: 'attempt-started', id: 'A', n: at + 1, ms: 0, account: '', provider: 'anthropic' } as const;
    const rest = { mappedModel: 'm', restored: 0, degraded: 0, repaired, edits: { history, resume } };
    const body = translated === undefined ? {} : { translated: Buffer.from(translated) };
    const ended = { fact: 'attempt-ended', id: 'A', n: at + 1, ms: 1, result: 'ok', usage, ...body } as const;
    return { started: { ...started, ...rest } as AttemptStarted, ended };
  });
  const redact = (text: string) => text.replaceAll('sk-secret-1', '[redacted]');
  return changeRows({ attempts: open, json, bytesMax: 1000, redact });
}

const at = (...path: (string | number)[]) => ['messages', 1, 'content', ...path];

describe('the changes to a request', () => {
  it('that put a signature back are restored, with the signature shortened in its middle', () => {
    const [row] = changesOf({
      history: [{ op: 'set', path: at(0, 'signature'), json: JSON.stringify(`new${signature}`) }],
    });
    expect(row).toEqual({
      n: 1,
      what: 'restored',
      path: 'messages[1].content[0].signature',
      operation: 'set',
      before: '"sigAAAAAAAAA…AAAAAAAAAend (406 characters)"',
      after: '"newsigAAAAAA…AAAAAAAAAend (409 characters)"',
    });
  });

  it('that put lost thinking back are restored, and what was not there before is null', () => {
    const block = { type: 'thinking', thinking: 'hm', signature };
    const [row] = changesOf({ history: [{ op: 'before', path: at(0), json: JSON.stringify(block) }] });
    expect(row).toMatchObject({ what: 'restored', operation: 'before', before: null });
    expect(row?.after).toContain('"thinking":"hm","signature":"sigA');
    expect(row?.after).not.toContain(signature);
  });

  it.each([
    ['taken out', { op: 'remove', path: at(1) } as const],
    [
      'replaced by a stand-in',
      { op: 'set', path: at(0, 'thoughtSignature'), json: JSON.stringify(placeholderSignature) } as const,
    ],
    ['made a plain text', { op: 'set', path: at(0), json: '{"type":"text","text":"hm"}' } as const],
  ])('are degraded where a signed block is %s', (_how, edit) => {
    expect(changesOf({ history: [edit] })[0]?.what).toBe('degraded');
  });

  it('show what was removed, redacted thinking shortened as well', () => {
    const [row] = changesOf({ history: [{ op: 'remove', path: at(1) }] });
    expect(row?.before).toBe('{"type":"redacted_thinking","data":"sigAAAAAAAAA…AAAAAAAAAend (406 characters)"}');
    expect(row?.after).toBeNull();
  });

  it('of a repaired attempt are its repair, and what follows a broken answer is its resume', () => {
    const history = [{ op: 'remove', path: at(0) } as const];
    const resume = [{ op: 'append', path: ['messages'], json: '{"role":"assistant","content":"once upon"}' } as const];
    const rows = changesOf({}, { history, resume, repaired: true });
    expect(rows.map(({ n, what }) => [n, what])).toEqual([
      [2, 'repaired'],
      [2, 'resumed'],
    ]);
    expect(rows[1]).toMatchObject({
      path: 'messages',
      before: null,
      after: '{"role":"assistant","content":"once upon"}',
    });
  });

  it('are one row with the body where it was translated', () => {
    const rows = changesOf({ translated: '{"contents":["sk-secret-1"]}' });
    expect(rows).toEqual([
      { n: 1, what: 'translated', path: '', operation: 'body', before: null, after: '{"contents":["[redacted]"]}' },
    ]);
  });

  it('hold no secret, no value without end and not more rows than their limit', () => {
    const long = JSON.stringify(`sk-secret-1 ${'x'.repeat(100_000)} sk-secret-1`);
    const many = Array.from({ length: 5000 }, (): JsonEdit => ({ op: 'set', path: ['system'], json: long }));
    const rows = changesOf({ history: many.slice(0, 3) }, { history: many });
    expect(rows).toHaveLength(CHANGES_MAX);
    expect(JSON.stringify(rows)).not.toContain('sk-secret');
    expect(rows[0]?.before).toBe('"be kind to [redacted]"');
    expect(Math.max(...rows.map(({ after }) => after?.length ?? 0))).toBeLessThan(CHANGE_BYTES_MAX + 100);
  });

  it('whose place is not in the request have nothing before them', () => {
    const path = ['messages', 7, '__proto__', 'x'];
    expect(changesOf({ history: [{ op: 'set', path, json: '1' }] })[0]).toMatchObject({ before: null, after: '1' });
  });
});

it('a path is written as it would be in a program', () => {
  expect(pathText(['a', 0, 'b-c', 'd'])).toBe('a[0]["b-c"].d');
  expect(pathText([])).toBe('');
});
