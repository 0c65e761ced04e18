import type { DeadLetter } from './dead-letter.ts';

/** How far a replay of several letters came. */
export interface Replayed {
  done: number;
  /** Where it stopped and why, when it did; nothing after it was replayed. */
  stopped: { at: DeadLetter; error: Error; left: readonly DeadLetter[] } | null;
}

/** Puts letters back to work one after the other, up to the first that cannot be. */
export async function replayLetters(
  letters: readonly DeadLetter[],
  replay: (id: string) => Promise<unknown>,
): Promise<Replayed> {
  for (const [done, letter] of letters.entries()) {
    try {
      await replay(letter.id);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { done, stopped: { at: letter, error, left: letters.slice(done) } };
    }
  }
  return { done: letters.length, stopped: null };
}
