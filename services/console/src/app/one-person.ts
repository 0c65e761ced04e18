import type { QueryClient } from '@tanstack/react-query';
import { sessionQuery, type Session } from '../api/session.ts';

/** All pages of a browser share one session. */
const otherPages = new BroadcastChannel('bursar-person');

/**
 * A page belongs to who opened it. With another person, or with other rights of theirs, all that it
 * holds is somebody else's, so it begins anew. Pages tell each other whose session it is now, for
 * what is given on one of them would be given in that person's name.
 *
 * @returns ends it.
 */
export function keepToOnePerson(client: QueryClient, beginAnew: () => void): () => void {
  let owner: string | null = null;
  let last: string | null = null;
  const unsubscribe = client.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || query.queryKey[0] !== sessionQuery.queryKey[0]) return;
    const session = client.getQueryData(sessionQuery.queryKey);
    if (session === undefined) return;
    const now = session === null ? null : rightsOf(session);
    if (now === last) return;
    last = now;
    tell(now);
    if (owner === null) owner = now;
    else if (now !== null && now !== owner) beginAnew();
  });
  const hear = (event: Event): void => {
    // The server says who it is; what another page says is only a reason to ask.
    if (owner !== null && 'data' in event && event.data !== last) {
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    }
  };
  otherPages.addEventListener('message', hear);
  return () => {
    unsubscribe();
    otherPages.removeEventListener('message', hear);
  };
}

/** Says to the other pages that nobody is signed in any more; this one is about to be left. */
export const tellSignedOut = (): void => tell(null);

function tell(person: string | null): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A channel has no other origin.
  otherPages.postMessage(person);
}

const rightsOf = ({ user, operator }: Session): string =>
  operator ? `operator ${user.id}` : user.id;
