import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sessionQuery, type Session } from '../src/api/session.ts';
import { keepToOnePerson, tellSignedOut } from '../src/app/one-person.ts';

const sessionOf = (id: string, operator = false): Session => ({
  user: { id, name: null, email: null },
  operator,
  organizations: [],
  expires_at: '2030-01-01T00:00:00Z',
});

let client: QueryClient;
let otherPage: InstanceType<typeof BroadcastChannel>;
let heard: unknown[];
const beginAnew = vi.fn<() => void>();
let end: () => void;
beforeEach(() => {
  client = new QueryClient();
  heard = [];
  otherPage = new BroadcastChannel('bursar-person');
  otherPage.addEventListener('message', (event: Event) =>
    heard.push('data' in event && event.data),
  );
  end = keepToOnePerson(client, beginAnew);
});
afterEach(() => {
  end();
  otherPage.close();
  beginAnew.mockClear();
});

const learn = (session: Session | null): void => {
  client.setQueryData(sessionQuery.queryKey, session);
};
const say = (person: string | null): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A channel has no other origin.
  otherPage.postMessage(person);
};
const isInDoubt = (): boolean =>
  client.getQueryState(sessionQuery.queryKey)?.isInvalidated === true;

it('a page begins anew once its session is another person’s or has other rights', () => {
  learn(sessionOf('ana'));
  learn(sessionOf('ana'));
  expect(beginAnew).not.toHaveBeenCalled();
  learn(sessionOf('ana', true));
  expect(beginAnew).toHaveBeenCalledTimes(1);
  learn(null);
  expect(beginAnew).toHaveBeenCalledTimes(1);
  learn(sessionOf('ben'));
  expect(beginAnew).toHaveBeenCalledTimes(2);
});

it('the first person to sign in is no other', () => {
  learn(null);
  learn(sessionOf('ana'));
  expect(beginAnew).not.toHaveBeenCalled();
});

it('pages tell each other whose session it is, once', async () => {
  learn(sessionOf('ana'));
  learn(sessionOf('ana'));
  learn(null);
  tellSignedOut();
  await expect.poll(() => heard).toEqual(['ana', null, null]);
});

it('a page asks again when another says that it is somebody else’s, or nobody’s', async () => {
  learn(sessionOf('ana'));
  say('ana');
  say('ben');
  await expect.poll(isInDoubt).toBe(true);
  learn(sessionOf('ana'));
  expect(isInDoubt()).toBe(false);
  say(null);
  await expect.poll(isInDoubt).toBe(true);
});
