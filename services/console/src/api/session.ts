import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { ApiProblem } from './problem.ts';
import { read } from './request.ts';

export interface Session {
  user: { id: string; name: string | null; email: string | null };
  operator: boolean;
  organizations: readonly Membership[];
  expires_at: string;
}

export interface Membership {
  /** With prefix, `org:acme`. */
  id: string;
  name: string;
  role: 'owner' | 'admin' | 'member';
  status: 'active' | 'suspended';
}

/** Who is signed in; `null` for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await read<Session>('/v1/session');
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Below the shell somebody is always signed in: the router has seen to that. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new SignedOut();
  return data;
}

/** The session ended while a page was open. */
export class SignedOut extends Error {
  constructor() {
    super('You are signed out.');
    this.name = 'SignedOut';
  }
}
