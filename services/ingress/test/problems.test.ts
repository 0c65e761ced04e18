import { ChargeBody, PROBLEMS, WalletSettingsBody, type ProblemCode } from '@bursar/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PROBLEM_ADVICE } from '../src/pages/problem-advice.ts';
import { problem } from '../src/problems/problem.ts';
import { rejectionProblem } from '../src/problems/rejection-problem.ts';
import { renderProblem } from '../src/problems/render-problem.ts';
import { validationProblem } from '../src/problems/validation-problem.ts';

const isCode = (text: string): text is ProblemCode => text in PROBLEMS;
const CODES = Object.keys(PROBLEMS).filter(isCode);

describe('a problem document', () => {
  it.each(CODES)('of %s has its status, title and page', (code) => {
    const document = renderProblem(problem(code, 'Because.'), 'https://x.test');
    expect(document).toEqual({
      type: `https://x.test/problems/${code}`,
      title: PROBLEMS[code].title,
      status: PROBLEMS[code].status,
      detail: 'Because.',
      code,
    });
    expect(PROBLEM_ADVICE[code]).toMatch(/\.$/);
  });
});

describe('a stored rejection', () => {
  it('keeps its amounts and people', () => {
    const stored = { code: 'insufficient_credits', detail: 'No.', required: '3', available: '2' };
    expect(rejectionProblem(stored, 'op_x')).toEqual({
      kind: 'problem',
      ...stored,
      operation: 'op_x',
    });
    const named = { code: 'not_a_member', detail: 'No.', subjects: ['user:bo'] };
    expect(rejectionProblem(named)).toEqual({ kind: 'problem', ...named });
  });

  it.each([null, {}, { code: 'made_up' }, { code: 'toString' }])(
    '%j is a broken invariant',
    (stored) => {
      expect(() => rejectionProblem(stored)).toThrow('no known code');
    },
  );
});

const check = (schema: typeof ChargeBody | typeof WalletSettingsBody, input: unknown) => {
  const parsed = schema.safeParse(input);
  if (parsed.success) throw new Error('This was meant to fail.');
  return validationProblem('body', parsed.error.issues, input);
};

describe('validation', () => {
  it('is about an amount only when nothing else is wrong', () => {
    const charge = { wallet: 'user:ana', amount: '0', product: 'x' };
    expect(check(ChargeBody, charge).code).toBe('invalid_amount');
    expect(check(ChargeBody, { ...charge, product: '' }).code).toBe('invalid_request');
  });

  it('finds the amount inside a union', () => {
    expect(check(WalletSettingsBody, { overdraft_limit: '-1' })).toMatchObject({
      code: 'invalid_amount',
      errors: [{ pointer: '/overdraft_limit', message: 'must not be negative' }],
    });
    expect(check(WalletSettingsBody, { overdraft_limit: '1e3' })).toMatchObject({
      errors: [{ message: expect.stringContaining('must be a decimal string') }],
    });
  });

  it('says of a body, and of nothing else, that no credits moved', () => {
    const input = { wallet: 'user:ana', amount: '1', product: '' };
    expect(check(ChargeBody, input).detail).toBe(
      '/product must have at least 1 character; no credits moved. Correct what errors[] lists and send it again.',
    );
    const parsed = z.object({ limit: z.int().min(1) }).safeParse({ limit: 0 });
    const read = validationProblem('query', parsed.error?.issues ?? [], { limit: 0 });
    expect(read.detail).toBe(
      'limit must be at least 1. Correct what errors[] lists and send it again.',
    );
    expect(check(ChargeBody, []).detail).toMatch(/^The body must be an object; no credits moved\./);
  });

  it('takes anything that is no object', () => {
    for (const input of [null, 7, 'x', []]) {
      expect(check(ChargeBody, input)).toMatchObject({
        code: 'invalid_request',
        errors: [{ pointer: '' }],
      });
    }
  });
});
