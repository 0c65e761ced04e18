import { describe, expect, it } from 'vitest';
import { derivedKey, parseIdempotencyKey } from '../src/operations/idempotency-key.ts';
import { parseWait } from '../src/operations/prefer.ts';
import { requestHash } from '../src/operations/request-hash.ts';

describe('parseWait', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['respond-async', null],
    ['wait=5', 5],
    ['Wait = "7"', 7],
    ['wait=0', 0],
    ['wait=99999', 25],
    ['respond-async, wait=10; foo=bar', 10],
    ['wait=1, wait=9', 1],
    ['foo="a, wait=9", wait=2', 2],
    ['wait=-1', null],
    ['wait=1.5', null],
    ['wait', null],
    ['waiting=3', null],
  ])('reads %j as %j', (header, seconds) => {
    expect(parseWait(header)).toBe(seconds);
  });
});

describe('parseIdempotencyKey', () => {
  it.each([
    ['order-1', 'order-1'],
    ['"order-1"', 'order-1'],
    [String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    [' spaced ', 'spaced'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('reads %j', (header, value) => {
    expect(parseIdempotencyKey(header)).toEqual({ kind: 'key', value });
  });

  it.each(['a b', 'x'.repeat(256), 'ümlaut', '""', '"a b"'])('refuses %j', (header) => {
    expect(parseIdempotencyKey(header)).toMatchObject({ kind: 'problem', code: 'invalid_request' });
  });

  it('tells an absent one from a bad one', () => {
    expect(parseIdempotencyKey(undefined)).toEqual({ kind: 'absent' });
    expect(parseIdempotencyKey(' ')).toEqual({ kind: 'absent' });
  });

  it('lets nobody send a key that the ingress derives', () => {
    const key = derivedKey('x');
    expect(parseIdempotencyKey(key)).toMatchObject({ kind: 'problem' });
    expect(parseIdempotencyKey(`"${key}"`)).toMatchObject({ kind: 'problem' });
  });
});

describe('requestHash', () => {
  const base = { method: 'POST', route: '/v1/charges', params: {}, body: { a: 1n, b: 'x' } };
  const hash = (change: object) => requestHash({ ...base, ...change });

  it('ignores the order of fields, what is undefined, and preview', () => {
    expect(hash({ body: { b: 'x', a: 1n } })).toBe(hash({}));
    expect(hash({ body: { a: 1n, b: 'x', c: undefined, preview: true } })).toBe(hash({}));
  });

  it.each([
    ['another method', { method: 'PUT' }],
    ['another route', { route: '/v1/holds' }],
    ['other parameters', { params: { id: '1' } }],
    ['another value', { body: { a: 2n, b: 'x' } }],
    ['another type of value', { body: { a: '1n', b: 'x' } }],
    ['another nesting', { body: { a: 1n, b: ['x'] } }],
    ['a field more', { body: { a: 1n, b: 'x', c: null } }],
    ['a preview that is only named so', { body: { a: 1n, b: 'x', metadata: { preview: 'y' } } }],
  ])('differs for %s', (_name, change) => {
    expect(hash(change)).not.toBe(hash({}));
  });
});
