import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a value, as the end of a sentence that begins with the value's name. The
 * validator's own messages name its types and operators; messages of our own stay as they are.
 */
export function issueInWords(issue: Issue): string {
  const ours = !/^(Too (small|big)|Invalid|Unrecognized)/.test(issue.message);
  return ours ? issue.message : (rephrase(issue) ?? 'is not valid');
}

function rephrase(issue: Issue): string | null {
  switch (issue.code) {
    case 'too_small':
      return `must ${bound('at least', issue.minimum, issue.origin)}`;
    case 'too_big':
      return `must ${bound('at most', issue.maximum, issue.origin)}`;
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return mustBeOneOf(issue.values);
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be a time such as "2026-01-31T12:00:00Z"' : null;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? mustBeOneOf(issue.options) : null;
    case 'invalid_key': {
      const [first] = issue.issues;
      return first === undefined ? null : `has a name that ${issueInWords(first)}`;
    }
    default:
      return null;
  }
}

/** The types of JSON, by the validator's names. */
const TYPES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function bound(side: string, size: number | bigint, origin: string): string {
  const parts = origin === 'string' ? 'character' : origin === 'array' ? 'item' : null;
  if (parts === null) return `be ${side} ${size}`;
  return `have ${side} ${size} ${parts}${size === 1 ? '' : 's'}`;
}

function mustBeOneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => JSON.stringify(value));
  return `must be ${texts.length === 1 ? '' : 'one of '}${texts.join(', ')}`;
}
