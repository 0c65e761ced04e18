import type { CallOptions, Settings } from '../options.ts';
import { addressOf, type Query, type Route } from '../routes.ts';
import { attempt, type Attempted, type Prepared } from './attempt.ts';
import { backoffMs } from './backoff.ts';
import { failureOf, type CallState } from './failure.ts';
import { pause } from './pause.ts';

export interface Call {
  route: Route;
  params?: Readonly<Record<string, string>>;
  query?: Query;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** The Idempotency-Key. */
  key?: string;
  /** Whether it could move credits. */
  command?: boolean;
  /** Seconds that the server may hold the answer back for the outcome. */
  waitSeconds?: number;
  /**
   * `always`: repeating changes nothing more, by its key or its address. `if_refused`: it has no
   * key, so it is repeated only when the attempt before was certainly not accepted.
   */
  repeat?: 'always' | 'if_refused';
  stream?: boolean;
}

export type Answer = Extract<Attempted, { kind: 'answer' }>;

/** Makes a call with its repetitions; throws a BursarError when it cannot be done. */
export async function call(
  settings: Settings,
  request: Call,
  options: CallOptions = {},
): Promise<Answer> {
  const prepared = prepare(settings, request);
  const { signal, retries = settings.retries } = options;
  const deadline = Date.now() + (options.deadlineMs ?? settings.deadlineMs);
  const limitMs =
    (options.timeoutMs ?? settings.timeoutMs) + (request.waitSeconds ?? 0) * MS_PER_SECOND;
  const state: CallState = {
    command: request.command ?? false,
    key: request.key ?? null,
    doubt: false,
  };
  for (let tried = 1; ; tried += 1) {
    const leftMs = Math.max(1, deadline - Date.now());
    const attempted = await attempt(settings, prepared, Math.min(limitMs, leftMs), signal);
    if (attempted.kind === 'answer' && attempted.status < FIRST_REFUSAL) return attempted;
    const failure = failureOf(attempted, state);
    const mayRepeat = failure.refused || request.repeat !== 'if_refused';
    const pauseMs = backoffMs(tried, failure.retryAfterMs);
    const inTime = Date.now() + pauseMs < deadline;
    if (!failure.transient || !mayRepeat || tried > retries || !inTime) throw failure.error;
    state.doubt ||= !failure.refused;
    await pause(pauseMs, signal);
  }
}

const MS_PER_SECOND = 1_000;
const FIRST_REFUSAL = 400;

function prepare(settings: Settings, request: Call): Prepared {
  const { method, path } = addressOf(request.route, request.params, request.query);
  return {
    method,
    path,
    headers: {
      Authorization: `Bearer ${settings.key}`,
      Accept: 'application/json',
      ...(settings.actAs !== undefined && { 'Bursar-Act-As': settings.actAs }),
      ...(request.body !== undefined && { 'Content-Type': 'application/json' }),
      ...(request.key !== undefined && { 'Idempotency-Key': request.key }),
      ...(request.waitSeconds !== undefined && { Prefer: `wait=${request.waitSeconds}` }),
      ...request.headers,
    },
    body: request.body === undefined ? null : JSON.stringify(request.body),
    stream: request.stream ?? false,
  };
}
