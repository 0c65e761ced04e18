import type { Caller } from '../access/caller.ts';
import { problem, type Problem } from '../problems/problem.ts';
import { isSameOrigin, type RequestSource } from './same-origin.ts';
import type { Sessions } from './sessions.ts';
import type { SignInSettings } from './sign-in-settings.ts';

/** A request that came with a session's cookie and without an Authorization header. */
export interface SessionRequest {
  cookie: string;
  method: string;
  source: RequestSource;
  /** The headers of these names. */
  console: string | undefined;
  role: string | undefined;
  actAs: string | undefined;
}

/** Names the key space of what people do with a session, whichever of theirs it is. */
const SESSION_KEY = 'session';

/**
 * Tells who holds a session. What changes something must come from a page of our own origin and
 * carry a header that no form and no other site can send.
 */
export function createSessionDoor(
  sessions: Sessions,
  { operators }: SignInSettings,
  publicUrl: string,
) {
  const publicOrigin = new URL(publicUrl).origin;

  return async (request: SessionRequest): Promise<Caller | Problem> => {
    const foreign = refusalOfForeign(request, publicOrigin);
    if (foreign !== null) return foreign;
    const session = await sessions.find(request.cookie);
    if (session === null) {
      return problem('unauthenticated', 'The session has ended. Sign in again at /auth/sign-in.');
    }
    if (request.actAs !== undefined) {
      return problem(
        'forbidden',
        'A session may not send Bursar-Act-As; nothing was changed. Leave the header out, or use an operator key.',
      );
    }
    // A rule that has left the settings makes nobody an operator any more.
    const operator = operators.some(({ text }) => text === session.operatorBy);
    const signedIn = { operator, expiresAt: session.expiresAt };
    if (request.role === undefined) {
      return { kind: 'person', id: session.user, key: SESSION_KEY, signedIn };
    }
    if (request.role !== 'operator' || !operator) {
      return problem(
        'forbidden',
        'Only whom OPERATORS names may send "Bursar-Role: operator"; nothing was changed. Leave the header out.',
      );
    }
    return { kind: 'operator', key: SESSION_KEY, person: session.user, signedIn };
  };
}

function refusalOfForeign(
  { method, console, source }: SessionRequest,
  publicOrigin: string,
): Problem | null {
  if (method === 'GET' || method === 'HEAD') return null;
  if (console === '1' && isSameOrigin(source, publicOrigin)) return null;
  return problem(
    'forbidden',
    `With a session, only pages of ${publicOrigin} may change something, and they send "Bursar-Console: 1"; nothing was changed. Other programs use an API key.`,
  );
}
