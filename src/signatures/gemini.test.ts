import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeholderSignature, placeholderSignatures } from '../model/signature-words.ts';
import { after, answer, harvested, memoryState, requestOf, restored, type Said, worldOf } from './keeper.testing.ts';
import { createSignatureKeeper } from './keeper.ts';

const gemini3 = 'gemini-3-flash-preview';
const user = { role: 'user', parts: [{ text: 'roll the dice' }] };
const response = { role: 'user', parts: [{ functionResponse: { name: 'roll', response: {} } }] };
const call = (args: unknown = {}, id?: string) => ({
  functionCall: { name: 'roll', args, ...(id === undefined ? {} : { id }) },
});
const model = (...parts: readonly unknown[]) => ({ role: 'model', parts });

function house() {
  return createSignatureKeeper({ state: memoryState(), world: worldOf({ now: 0 }) });
}
function restoredContents(keeper: ReturnType<typeof house>, contents: readonly unknown[], target = gemini3): unknown {
  const request = requestOf('gemini', { contents });
  return (restored(keeper.session(request, ''), request, target) as { contents: unknown }).contents;
}
function said(keeper: ReturnType<typeof house>, contents: readonly unknown[], ...what: readonly Said[]) {
  harvested(keeper, requestOf('gemini', { contents }), gemini3, answer(...what));
}

describe('a Gemini history', () => {
  it('gets a call’s signature back by its id, even one as short as Gemini 3 makes them', () => {
    const keeper = house();
    said(keeper, [user], { call: 'roll', id: 'abc', signature: 'short' });
    expect(restoredContents(keeper, [user, model(call({}, 'abc')), response])).toEqual([
      user,
      model({ ...call({}, 'abc'), thoughtSignature: 'short' }),
      response,
    ]);
  });

  it('gets a call’s signature back by what it says, where there are no ids', () => {
    const keeper = house();
    said(keeper, [user], { call: 'roll', input: { a: 1, b: [2] }, signature: 'sig' });
    expect(restoredContents(keeper, [user, model(call({ b: [2], a: 1 }, 'made-up')), response])).toEqual([
      user,
      model({ ...call({ b: [2], a: 1 }, 'made-up'), thoughtSignature: 'sig' }),
      response,
    ]);
  });

  it('gives nothing to parallel calls that had none, even equal ones', () => {
    const keeper = house();
    said(keeper, [user], { call: 'roll', signature: 'sig' }, { call: 'roll' }, { call: 'roll' });
    expect(restoredContents(keeper, [user, model(call(), call(), call()), response])).toEqual([
      user,
      model({ ...call(), thoughtSignature: 'sig' }, call(), call()),
      response,
    ]);
  });

  it('gives each of several equal steps its own signature, never the latest', () => {
    const keeper = house();
    const steps: unknown[] = [user];
    for (const signature of ['one', 'two', 'three']) {
      said(keeper, steps, { call: 'roll', signature });
      steps.push(model({ ...call(), thoughtSignature: signature }), response);
    }
    const stripped = [user, model(call()), response, model(call()), response, model(call()), response];
    expect(restoredContents(keeper, stripped)).toEqual(steps);
  });

  it('gets the signature of a text back, and none for the same text in another turn', () => {
    const keeper = house();
    const other = { role: 'user', parts: [{ text: 'and now?' }] };
    said(keeper, [user], { text: 'Six.', signature: 'sig' });
    const stripped = [user, model({ text: 'Six.' }), other, model({ text: 'Six.' }), other];
    expect(restoredContents(keeper, stripped)).toEqual([
      user,
      model({ text: 'Six.', thoughtSignature: 'sig' }),
      other,
      model({ text: 'Six.' }),
      other,
    ]);
  });

  it('is answered in the spelling it uses', () => {
    const keeper = house();
    said(keeper, [user], { call: 'roll', id: 'abc', signature: 'sig' });
    const snake = { function_call: { name: 'roll', args: {}, id: 'abc' } };
    expect(restoredContents(keeper, [user, model(snake), response])).toEqual([
      user,
      model({ ...snake, thought_signature: 'sig' }),
      response,
    ]);
  });

  it('keeps the signatures that the client sent, and the stand-ins too', () => {
    const keeper = house();
    for (const signature of ['unknown', ...placeholderSignatures]) {
      const contents = [user, model({ ...call(), thoughtSignature: signature }), response];
      keeper
        .session(
          requestOf('gemini', { contents: [user, model({ ...call(), thoughtSignature: placeholderSignature })] }),
          '',
        )
        .refuse();
      expect(restoredContents(keeper, contents)).toEqual(contents);
    }
  });

  it('loses signatures of another family, with the stand-in on the first call of each step of the current turn', () => {
    const keeper = house();
    const events = answer(
      { call: 'roll', id: 'a', signature: 'from-2' },
      { call: 'roll', id: 'b', signature: 'from-2b' },
      { text: 'x', signature: 'from-2c' },
    );
    harvested(keeper, requestOf('gemini', { contents: [user] }), 'gemini-2.5-pro', events);
    const step = model(
      { ...call({}, 'a'), thoughtSignature: 'from-2' },
      { ...call({}, 'b'), thought_signature: 'from-2b' },
      { text: 'x', thoughtSignature: 'from-2c' },
    );
    const stand = model({ ...call({}, 'a'), thoughtSignature: placeholderSignature }, call({}, 'b'), { text: 'x' });
    const bare = model(call({}, 'a'), call({}, 'b'), { text: 'x' });
    expect(restoredContents(keeper, [user, step, response, step, response])).toEqual([
      user,
      stand,
      response,
      stand,
      response,
    ]);
    expect(restoredContents(keeper, [user, step, user])).toEqual([user, bare, user]);
    expect(restoredContents(keeper, [user, step, response], 'gemini-2.5-flash')).toEqual([user, step, response]);
  });

  describe('whose signatures were refused', () => {
    const bad = [
      user,
      model({ ...call(), thoughtSignature: 'bad1' }, call()),
      response,
      model(
        { text: 'thinking', thought: true, thoughtSignature: 'bad2' },
        { ...call({ a: 1 }), thoughtSignature: 'bad3' },
        { text: '', thoughtSignature: 'bad4' },
      ),
      response,
      model({ thoughtSignature: 'bad5' }),
    ];

    it('is sent degraded at once from then on', () => {
      const keeper = house();
      keeper.session(requestOf('gemini', { contents: bad }), '').refuse();
      const good = [
        user,
        model({ ...call(), thoughtSignature: placeholderSignature }, call()),
        response,
        model({ text: 'thinking' }, { ...call({ a: 1 }), thoughtSignature: placeholderSignature }),
        response,
      ];
      expect(restoredContents(keeper, bad)).toEqual(good);
      expect(restoredContents(keeper, [...bad, response])).toEqual([...good, response]);
    });

    it('gets no stand-in where the model does not ask for one', () => {
      const keeper = house();
      keeper.session(requestOf('gemini', { contents: bad }), '').refuse();
      const plain = [user, model(call(), call()), response, model({ text: 'thinking' }, call({ a: 1 })), response];
      expect(restoredContents(keeper, bad, 'gemini-2.5-pro')).toEqual(plain);
    });

    it('gets the stand-in where a call had no signature at all, once that was refused', () => {
      const keeper = house();
      const missing = [user, model(call(), call()), response];
      expect(restoredContents(keeper, missing)).toEqual(missing);
      keeper.session(requestOf('gemini', { contents: missing }), '').refuse();
      const stand = model({ ...call(), thoughtSignature: placeholderSignature }, call());
      expect(restoredContents(keeper, missing)).toEqual([user, stand, response]);
      expect(restoredContents(keeper, [...missing, model(call({ next: 1 })), response])).toEqual([
        user,
        stand,
        response,
        model(call({ next: 1 })),
        response,
      ]);
    });
  });

  it('is never changed outside its signatures and its thoughts, whatever it looks like', () => {
    const signature = fc.constantFrom('known', 'bad', '', 5);
    const part = fc.oneof(
      fc.record(
        {
          functionCall: fc.record(
            { name: fc.constant('roll'), args: fc.constantFrom({}, { a: 1 }, null), id: fc.constantFrom('abc', 'def') },
            { requiredKeys: ['name'] },
          ),
          thoughtSignature: signature,
          thought_signature: signature,
        },
        { requiredKeys: ['functionCall'] },
      ),
      fc.record(
        { text: fc.constantFrom('Six.', '', 'thinking'), thought: fc.boolean(), thoughtSignature: signature },
        { requiredKeys: ['text'] },
      ),
      fc.record({ functionResponse: fc.record({ name: fc.constant('roll') }) }),
      fc.jsonValue(),
    );
    const content = fc.record(
      { role: fc.constantFrom('user', 'model', 7), parts: fc.array(part, { maxLength: 4 }) },
      { requiredKeys: ['parts'] },
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(content, fc.jsonValue()), { maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom(gemini3, 'gemini-2.5-pro', 'claude-opus-5'),
        (contents, refused, target) => {
          const keeper = house();
          const request = requestOf('gemini', JSON.parse(JSON.stringify({ contents })), 'hint');
          harvested(
            keeper,
            request,
            gemini3,
            answer({ call: 'roll', id: 'abc', signature: 'known' }, { text: 'Six.', signature: 'known' }),
          );
          const session = keeper.session(request, '');
          if (refused) session.refuse();
          const plan = session.restore({ model: target, accountEmail: 'a' });
          expect(withoutSignatures(after(request, plan.edits))).toEqual(withoutSignatures(request.json));
          expect(keeper.session(request, '').restore({ model: target, accountEmail: 'a' })).toEqual(plan);
        },
      ),
    );
  });
});

/** The calls, responses and everything unknown; texts may have been thoughts and parts may have been nothing but a signature. */
function withoutSignatures(json: unknown): unknown {
  return (json as { contents: unknown[] }).contents.flatMap((content) => {
    const record = content as { role?: unknown; parts?: unknown } | null;
    if (record?.role !== 'model' || !Array.isArray(record.parts)) return [content];
    const parts = record.parts.flatMap((part) => {
      if (typeof part !== 'object' || part === null || Array.isArray(part)) return [part];
      const { thought, thoughtSignature, thought_signature, text, ...rest } = part;
      return Object.keys(rest).length === 0 ? [] : [rest];
    });
    return parts.length === 0 ? [] : [{ ...record, parts }];
  });
}
