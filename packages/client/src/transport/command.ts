import { BursarConnectionError, rejection, type BursarRejection } from '../errors.ts';
import type { CallOptions, CommandOptions, Settings } from '../options.ts';
import type { Route } from '../routes.ts';
import type { Operation, Progress, Succeeded } from '../types/operation.ts';
import { call, type Answer } from './call.ts';
import { newIdempotencyKey } from './idempotency-key.ts';
import { pause } from './pause.ts';

export interface Command {
  route: Route;
  params?: Readonly<Record<string, string>>;
  body?: unknown;
  /** Its address is its key; one is sent only if the caller gave it. */
  keyless?: boolean;
}

export interface FollowOptions extends CallOptions {
  /** Told about each change while the operation runs. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** The server holds no answer back for longer. */
const WAIT_SECONDS_MAX = 25;
const WITH_PROGRESS_SECONDS = 1;
const POLL_MS = 50;
const POLL_MS_MAX = 2_000;

/**
 * Sends a command. Without `wait` it resolves once the command is durable, with the operation as it
 * is then. With `wait` it resolves when the operation succeeded, throws when it was rejected, and
 * finds the outcome even if the connection is lost in between. Only then it is sure to have succeeded,
 * which the signatures of the resources say (`Issue`).
 */
export async function command<Result>(
  settings: Settings,
  request: Command,
  options: CommandOptions & FollowOptions = {},
): Promise<Succeeded<Result>> {
  const started = Date.now();
  const key =
    options.idempotencyKey ?? (request.keyless === true ? undefined : newIdempotencyKey());
  const deadlineMs = options.deadlineMs ?? settings.deadlineMs;
  const answered = await call(
    settings,
    {
      ...request,
      command: true,
      ...(key !== undefined && { key }),
      ...(options.wait === true && { waitSeconds: waitSeconds(deadlineMs, options) }),
    },
    options,
  );
  if (options.wait !== true) return answered.body;
  const leftMs = deadlineMs - (Date.now() - started);
  return follow<Result>(settings, answered.body, key ?? null, { ...options, deadlineMs: leftMs });
}

/** Asks until the operation is final. */
export async function follow<Result>(
  settings: Settings,
  first: Operation<Result>,
  key: string | null,
  options: FollowOptions,
): Promise<Succeeded<Result>> {
  const deadline = Date.now() + (options.deadlineMs ?? settings.deadlineMs);
  let operation = first;
  let told = '';
  for (let pauseMs = POLL_MS; ; pauseMs = Math.min(pauseMs * 2, POLL_MS_MAX)) {
    const progress = JSON.stringify(operation.progress);
    if (operation.progress !== null && progress !== told) options.onProgress?.(operation.progress);
    told = progress;
    if (isSuccess(operation)) return operation;
    if (operation.status === 'rejected') throw rejectionOf(operation, key);
    const leftMs = deadline - Date.now();
    if (leftMs <= pauseMs || options.signal?.aborted === true) {
      throw stillPending(operation, key, options.signal);
    }
    const answered = await ask(settings, operation.id, leftMs, options);
    operation = answered.body;
    // A server that held its answer back has waited for us already.
    const held = answered.headers.has('Preference-Applied');
    if (operation.status === 'pending' && !held) await pause(pauseMs, options.signal);
  }
}

const ask = (
  settings: Settings,
  id: string,
  leftMs: number,
  options: FollowOptions,
): Promise<Answer> =>
  call(
    settings,
    { route: 'GET /v1/operations/{id}', params: { id }, waitSeconds: waitSeconds(leftMs, options) },
    { ...options, deadlineMs: leftMs },
  );

const waitSeconds = (leftMs: number, options: FollowOptions): number =>
  Math.max(
    0,
    Math.min(
      options.onProgress === undefined ? WAIT_SECONDS_MAX : WITH_PROGRESS_SECONDS,
      Math.floor(leftMs / 1_000) - 1,
    ),
  );

const isSuccess = <Result>(operation: Operation<Result>): operation is Succeeded<Result> =>
  operation.status === 'succeeded';

function rejectionOf({ id, error }: Operation<unknown>, key: string | null): BursarRejection {
  const problem = error ?? { type: '', title: '', status: 409, code: 'rejected', detail: '' };
  return rejection({ ...problem, operation: id }, key);
}

const stillPending = (
  { id }: { id: string },
  key: string | null,
  signal: AbortSignal | undefined,
): BursarConnectionError =>
  new BursarConnectionError({
    code: signal?.aborted === true ? 'aborted' : 'still_pending',
    detail: `The command is accepted and will be carried out, but is not yet. Look at operation ${id} later; do not send it under another key.`,
    operation: id,
    retryable: true,
    creditsMoved: 'unknown',
    idempotencyKey: key,
    cause: signal?.reason,
  });
