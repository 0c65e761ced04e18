import { expect, test } from 'vitest';
import { z } from 'zod';
import { issueInWords } from '../src/issue-in-words.ts';

const faultOf = (schema: z.ZodType, value: unknown): string => {
  const parsed = schema.safeParse(value);
  const [issue] = parsed.success ? [] : parsed.error.issues;
  if (issue === undefined) throw new Error('The value is valid.');
  return issueInWords(issue);
};

test.each<[z.ZodType, unknown, string]>([
  [z.string().min(1), '', 'must have at least 1 character'],
  [z.string().max(40), 'x'.repeat(41), 'must have at most 40 characters'],
  [z.array(z.string()).min(1), [], 'must have at least 1 item'],
  [z.int().min(1), 0, 'must be at least 1'],
  [z.int().max(86_400), 86_401, 'must be at most 86400'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.string(), 7, 'must be a string'],
  [z.boolean(), 'yes', 'must be true or false'],
  [z.array(z.string()), {}, 'must be a list'],
  [z.record(z.string(), z.string()), 'x', 'must be an object'],
  [
    z.record(z.string().max(2), z.string()),
    { long: 'x' },
    'has a name that must have at most 2 characters',
  ],
  [z.enum(['day', 'week']), 'year', 'must be one of "day", "week"'],
  [z.literal('1.0'), '0.3', 'must be "1.0"'],
  [z.iso.datetime({ offset: true }), 'yesterday', 'must be a time such as "2026-01-31T12:00:00Z"'],
  [z.union([z.string(), z.object({})]), 5, 'is not valid'],
])('the validator’s faults are told without its own terms: %#', (schema, value, words) => {
  expect(faultOf(schema, value)).toBe(words);
});

test('an unknown kind is told with the kinds that there are', () => {
  const model = z.discriminatedUnion('type', [
    z.object({ type: z.literal('per_unit') }),
    z.object({ type: z.literal('volume') }),
  ]);
  expect(faultOf(model, { type: 'foo' })).toBe('must be one of "per_unit", "volume"');
});

test('messages of our own stay as they are', () => {
  expect(faultOf(z.string().regex(/^user:/, 'must look like "user:<id>"'), 'x')).toBe(
    'must look like "user:<id>"',
  );
});
