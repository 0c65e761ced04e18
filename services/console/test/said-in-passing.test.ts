import { expect, it } from 'vitest';
import type { GivenCommand } from '../src/api/given-command.ts';
import { newsOf } from '../src/app/said-in-passing.ts';

type State = GivenCommand['state'];

const given = (state: State): GivenCommand => ({
  key: 'one',
  title: 'Transfer',
  owners: [],
  state,
  operation: null,
  error: null,
  awaits: null,
  repeated: false,
  givenAt: new Date(),
});
/** What is said and what is over, when this was said before and that is how the command stands. */
const news = (before: State | null, now: State | null) => {
  const said = new Map<string, State>(before === null ? [] : [['one', before]]);
  const { say, over } = newsOf(said, now === null ? [] : [given(now)]);
  return { say: say.map(({ state }) => state), over };
};
const NOTHING = { say: [], over: [] };

it('a command is said to be under way once, and to be done once', () => {
  expect(news(null, 'sending')).toEqual(NOTHING);
  expect(news(null, 'pending')).toEqual({ say: ['pending'], over: [] });
  expect(news('pending', 'pending')).toEqual(NOTHING);
  expect(news('pending', 'succeeded')).toEqual({ say: ['succeeded'], over: [] });
  expect(news('succeeded', 'succeeded')).toEqual(NOTHING);
});

it.each(['rejected', 'unknown', null] as const)(
  'it is no longer said to be under way when it was refused, nobody knows, or wants to (%s)',
  (now) => {
    expect(news('pending', now)).toEqual({ say: [], over: ['one'] });
    expect(news('succeeded', now)).toEqual(NOTHING);
  },
);
