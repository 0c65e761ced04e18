import type { GivenCommand } from '../api/given-command.ts';

/**
 * What is to be said in passing after what was said before, by keys of commands, and which messages
 * are over: nothing is said to be under way any longer than it is, or than anybody wants to hear of it.
 */
export function newsOf(
  said: ReadonlyMap<string, GivenCommand['state']>,
  given: readonly GivenCommand[],
): { say: GivenCommand[]; over: string[] } {
  const told = given.filter(({ state }) => state === 'succeeded' || state === 'pending');
  const keys = new Set(told.map(({ key }) => key));
  return {
    say: told.filter(({ key, state }) => said.get(key) !== state),
    over: [...said].flatMap(([key, state]) => (state === 'pending' && !keys.has(key) ? [key] : [])),
  };
}
