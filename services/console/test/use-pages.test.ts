import { expect, it } from 'vitest';
import { countOf } from '../src/api/use-pages.ts';

it('counts what was read, and says so when that is not all', () => {
  expect(countOf({ rows: [], more: null })).toBe('0');
  expect(countOf({ rows: Array.from({ length: 50 }), more: null })).toBe('50');
  expect(countOf({ rows: Array.from({ length: 50 }), more: () => undefined })).toBe('50+');
});
