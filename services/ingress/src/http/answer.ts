import type { ServerResponse } from 'node:http';
import type { Problem } from '../problems/problem.ts';

/** What a route gives back; the one place that writes responses turns it into bytes. */
export type Answer =
  | { kind: 'json'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'empty' }
  /** Writes the response itself, for what is too long to hold in memory. */
  | { kind: 'stream'; write: (response: ServerResponse) => Promise<void> }
  | Problem;

export const ok = (body: unknown, headers?: Record<string, string>): Answer => ({
  kind: 'json',
  status: 200,
  body,
  ...(headers && { headers }),
});

export const created = (body: unknown): Answer => ({ kind: 'json', status: 201, body });
