import { expect, it } from 'vitest';
import type { DeadLetter } from '../src/pages/operator/operations/dead-letter.ts';
import { replayLetters } from '../src/pages/operator/operations/replay-letters.ts';

const letters: DeadLetter[] = ['a', 'b', 'c', 'd'].map((id) => ({
  id,
  queue: 'ledger',
  job: `job-${id}`,
  reason: 'A defect',
  attempts: 8,
  enqueued_at: '2030-01-01T00:00:00Z',
  failed_at: null,
}));

it('replays every letter in its order', async () => {
  const seen: string[] = [];
  const replayed = await replayLetters(letters, (id) => Promise.resolve(seen.push(id)));
  expect(replayed).toEqual({ done: 4, stopped: null });
  expect(seen).toEqual(['a', 'b', 'c', 'd']);
});

it('tells where it stopped and why, and leaves the rest as it is', async () => {
  const seen: string[] = [];
  const error = new Error('The queue is paused.');
  const replayed = await replayLetters(letters, async (id) => {
    if (id === 'c') throw error;
    await Promise.resolve(seen.push(id));
  });
  expect(replayed).toEqual({
    done: 2,
    stopped: { at: letters[2], error, left: letters.slice(2) },
  });
  expect(seen).toEqual(['a', 'b']);
});
