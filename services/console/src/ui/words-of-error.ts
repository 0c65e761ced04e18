import { OutcomeUnknown, Unreachable } from '../api/problem.ts';
import { t } from '../texts/index.ts';

/**
 * An error in words for people. The refusal to look at a command's outcome says nothing about the
 * command, so it is not repeated.
 */
export function wordsOf(error: Error): string {
  const cause = error instanceof OutcomeUnknown ? error.cause : error;
  if (cause instanceof Unreachable) return t.words.unreachable;
  return error instanceof OutcomeUnknown ? t.words.outcomeUnknown : error.message;
}
