import { describe, expect, it } from 'vitest';
import { linkTo, linkToRequest, readAddress } from './address.ts';

describe('the address of the page', () => {
  it('leads to the list of requests when it says nothing', () => {
    expect(readAddress('').page).toBe('requests');
    expect(readAddress('#/nonsense').page).toBe('requests');
  });
  it('keeps filters in the address, so that a view can be shared', () => {
    const address = readAddress(linkTo('requests', { outcome: 'failed', q: 'a&b=c?d#e', model: undefined }));
    expect(Object.fromEntries(address.query)).toEqual({ outcome: 'failed', q: 'a&b=c?d#e' });
  });
  it('names one request', () => {
    expect(readAddress(linkToRequest('01 /x', { tab: 'log' }))).toMatchObject({ page: 'request', id: '01 /x' });
  });
  it('does not break on a half escape', () => {
    expect(readAddress('#/requests/%E0%A4')).toMatchObject({ page: 'request', id: '%E0%A4' });
  });
});
