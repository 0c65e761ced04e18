import { problem, type Problem } from '../problems/problem.ts';

/** How far the time of a usage event may lie from now. */
export interface EventWindow {
  pastMs: number;
  futureMs: number;
}

export const EVENT_WINDOW_DEFAULT: EventWindow = { pastMs: 30 * 86_400_000, futureMs: 300_000 };

/** Refuses a time (RFC 3339) that lies outside; both ends belong to the window. */
export function refuseTime(window: EventWindow, time: string, now: number): Problem | null {
  const age = now - Date.parse(time);
  const message =
    age > window.pastMs
      ? `lies more than ${window.pastMs / 86_400_000} days back`
      : age < -window.futureMs
        ? `lies more than ${window.futureMs / 1_000} seconds ahead`
        : null;
  if (message === null) return null;
  return problem(
    'event_time_out_of_range',
    `The time of the event ${message}; no credits moved. Charge by POST /v1/charges if it is owed all the same.`,
    { errors: [{ pointer: '/time', message }] },
  );
}
