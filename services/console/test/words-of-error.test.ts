import { expect, it } from 'vitest';
import { ApiProblem, OutcomeUnknown, Unreachable } from '../src/api/problem.ts';
import { t } from '../src/texts/index.ts';
import { wordsOf } from '../src/ui/words-of-error.ts';

const refusal = new ApiProblem({ type: '', title: '', status: 403, detail: 'No.', code: 'no' });

it('says of what may have happened that credits may have moved, and of a refusal its own words', () => {
  expect(wordsOf(refusal)).toBe('No.');
  expect(wordsOf(new OutcomeUnknown(refusal))).toBe(t.words.outcomeUnknown);
  expect(wordsOf(new OutcomeUnknown(new Unreachable('cut')))).toBe(t.words.unreachable);
});
