import { AMOUNT_FAULTS, AMOUNT_ISSUE, issueInWords } from '@bursar/contracts';
import type { z } from 'zod';
import { problem, type FieldError, type Problem } from './problem.ts';

/** Marks an issue of a path parameter that names nothing that can exist. */
export const NOTHING_THERE = 'not_found';

/** Which part of a request was read; bodies are addressed by JSON pointer, the rest by name. */
export type RequestPart = 'body' | 'path' | 'query';

type Issue = z.core.$ZodIssue;

/**
 * Turns every issue at once into one problem. Only when nothing but amounts is wrong is it
 * `invalid_amount`; an amount that is missing altogether is an invalid request like any other.
 */
export function validationProblem(
  part: RequestPart,
  issues: readonly Issue[],
  input: unknown,
): Problem {
  const faults = issues.flatMap((issue) => readIssue(issue, input));
  const errors = faults
    .slice(0, ERRORS_MAX)
    .map(({ path, message }): FieldError =>
      part === 'body'
        ? { pointer: toPointer(path), message }
        : { parameter: path.join('.'), message },
    );
  const amountsOnly = faults.every((fault) => fault.amount);
  const where = errors[0]?.pointer ?? errors[0]?.parameter;
  const fault = `${where ? where : 'The body'} ${errors[0]?.message ?? 'is not valid'}`;
  // Only bodies ask for something to be moved; of what is merely read, the sentence would puzzle.
  const moved = part === 'body' ? '; no credits moved' : '';
  const detail = `${fault}${moved}. Correct what errors[] lists and send it again.`;
  return problem(amountsOnly ? 'invalid_amount' : 'invalid_request', detail, { errors });
}

/** A list of 100,000 recipients may be wrong 100,000 times; the first ones tell enough. */
const ERRORS_MAX = 100;

interface Fault {
  path: PropertyKey[];
  message: string;
  amount: boolean;
}

function readIssue(issue: Issue, input: unknown): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: 'is not a known field',
      amount: false,
    }));
  }
  if (valueAt(input, issue.path) === undefined && issue.path.length > 0) {
    return [{ path: issue.path, message: 'is required', amount: false }];
  }
  const amount = amountIssue(issue);
  if (amount !== null) return [{ path: issue.path, message: amount, amount: true }];
  return [{ path: issue.path, message: issueInWords(issue), amount: false }];
}

/** The message of an amount's fault, also when the amount is one branch of a union. */
function amountIssue(issue: Issue): string | null {
  if (issue.code === 'custom' && issue.params?.['problem'] === AMOUNT_ISSUE) return issue.message;
  if (issue.code !== 'invalid_union') return null;
  for (const branch of issue.errors) {
    for (const inner of branch) {
      const message = amountIssue(inner);
      if (message !== null) return zeroIsFine(issue) ? sparingZero(message) : message;
    }
  }
  return null;
}

/** Whether a union has a branch for nothing beside the one for amounts. */
const zeroIsFine = (issue: z.core.$ZodIssueInvalidUnion): boolean =>
  issue.errors.flat().some((inner) => inner.code === 'invalid_value' && inner.values.includes('0'));

const sparingZero = (message: string): string =>
  message === AMOUNT_FAULTS.not_positive ? 'must not be negative' : message;

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** RFC 6901. */
const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
