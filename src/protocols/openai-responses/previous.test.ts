import { expect, it } from 'vitest';
import { expandPrevious, storedItems } from './previous.ts';

const request = { input: 'Hi', instructions: 'Be brief.' };
const response = { output: [{ id: 'msg_1', type: 'message', role: 'assistant', content: [] }] };

it('keeps what was said and what was answered, without the instructions', () => {
  expect(storedItems(request, response)).toEqual([
    { type: 'message', role: 'user', content: 'Hi' },
    ...response.output,
  ]);
});

it('goes on from what was kept, turn after turn', () => {
  const first = storedItems(request, response);
  const second = expandPrevious('And?', first);
  expect(second).toHaveLength(3);
  const third = expandPrevious(
    [{ role: 'user', content: 'More' }],
    storedItems({ input: second }, { output: [{ id: 'b' }] }),
  );
  expect(third.map((item) => item.id ?? item.content)).toEqual(['Hi', 'msg_1', 'And?', 'b', 'More']);
});

it('does not repeat an item that is kept, by reference or whole, and leaves unknown references to be refused', () => {
  const stored = storedItems(request, response);
  const items = [{ type: 'item_reference', id: 'msg_1' }, response.output[0], { type: 'item_reference', id: 'msg_9' }];
  expect(expandPrevious(items, stored)).toEqual([...stored, { type: 'item_reference', id: 'msg_9' }]);
});
