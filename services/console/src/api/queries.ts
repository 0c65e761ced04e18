import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, Unreachable } from './problem.ts';

const ATTEMPTS = 3;

/** Only what may pass by itself is asked again; a refusal stays one. */
const mayPass = (attempts: number, error: Error): boolean =>
  attempts < ATTEMPTS &&
  (error instanceof Unreachable ||
    (error instanceof ApiProblem && (error.status === 503 || error.status === 502)));

/** Whoever was signed out elsewhere learns it from the first answer, wherever it arrives. */
const noticeSignOut = (error: Error): void => {
  if (error instanceof ApiProblem && error.status === 401) {
    queries.setQueryData(['session'], null);
  }
};

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignOut }),
  mutationCache: new MutationCache({ onError: noticeSignOut }),
  defaultOptions: {
    queries: { retry: mayPass, staleTime: 15_000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
