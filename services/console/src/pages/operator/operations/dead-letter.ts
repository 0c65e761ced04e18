import { read } from '../../../api/request.ts';

/** A job that will not be tried again by itself. */
export interface DeadLetter {
  id: string;
  queue: string;
  job: string;
  reason: string;
  attempts: number;
  enqueued_at: string;
  failed_at: string | null;
}

const addressOf = (id: string): string => `/v1/dead-letters/${encodeURIComponent(id)}`;

export const readLetter = (id: string, signal: AbortSignal) =>
  read<DeadLetter & { payload: unknown }>(addressOf(id), { signal, operator: true });

/** Puts it back to work; what was applied is not applied again. */
export const replayLetter = (id: string): Promise<unknown> =>
  read(`${addressOf(id)}/replay`, { method: 'POST', body: {}, operator: true });

/** Deletes it for good. */
export const discardLetter = (id: string): Promise<unknown> =>
  read(addressOf(id), { method: 'DELETE', operator: true });
