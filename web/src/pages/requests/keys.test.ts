import { describe, expect, it } from 'vitest';
import { ACTIONS, actionOf, type FocusOn, KEYS_OF } from './keys.ts';

const press = (key: string, focus: FocusOn = 'nothing', held: object = {}) =>
  actionOf({ key, ctrlKey: false, altKey: false, metaKey: false, ...held }, focus);

describe('keys in the list of requests', () => {
  it.each([
    ['/', 'search'],
    ['j', 'down'],
    ['ArrowUp', 'up'],
    ['Enter', 'open'],
    ['Escape', 'escape'],
    ['p', 'pause'],
    ['?', 'help'],
    ['q', undefined],
    ['toString', undefined],
  ])('%s does %s', (key, action) => {
    expect(press(key)).toBe(action);
  });
  it('leave what is typed alone, but for Escape', () => {
    expect([press('p', 'field'), press('/', 'field'), press('Escape', 'field')]).toEqual([
      undefined,
      undefined,
      'escape',
    ]);
  });
  it('leave Enter to a button or link that has the focus', () => {
    expect([press('Enter', 'control'), press('Enter', 'row'), press('j', 'row')]).toEqual([
      undefined,
      undefined,
      'down',
    ]);
  });
  it('leave the keys of the browser alone', () => {
    expect([press('p', 'nothing', { ctrlKey: true }), press('j', 'nothing', { metaKey: true })]).toEqual([
      undefined,
      undefined,
    ]);
  });
  it('are all told in the dialog', () => {
    expect(KEYS_OF.map(({ action }) => action)).toEqual([...ACTIONS]);
    expect(KEYS_OF.every(({ keys }) => keys.length > 0)).toBe(true);
  });
});
