import type { Operation } from './operation.ts';
import { ApiProblem, OutcomeUnknown, Unreachable } from './problem.ts';
import { ask, read, type Answer } from './request.ts';

export interface Command {
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  /** A list as CSV, where the address takes one instead of a body. */
  csv?: string;
  operator?: boolean;
  /**
   * Names what it brings into a state, such as one subscription, where it adds to nothing. Whatever is
   * asked of that later takes the place of a command of which nobody knows how it ended.
   */
  sets?: string;
}

const WAIT_SECONDS = 10;
const ASK_EVERY_MS = [500, 1_000, 2_000, 3_000, 5_000] as const;
const SEND_AGAIN_MS = [500, 2_000, 5_000] as const;
const LONGEST_REST_SECONDS = 60;

/**
 * The keys of commands of which nobody knows how they ended. The same command given again goes out
 * under the same key, from whichever form, and so cannot count twice.
 */
const unsettled = new Map<string, { key: string; sets: string | undefined }>();

/**
 * Cancelled, kept after all and cancelled again: under its first key the last of these would only be
 * told that it once succeeded.
 */
function takeThePlaceOfOthers(name: string, sets: string): void {
  for (const [other, held] of unsettled) {
    if (other !== name && held.sets === sets) unsettled.delete(other);
  }
}

/**
 * Carries a command to its outcome: sends it under one key until an answer comes, then follows the
 * operation until it ended.
 *
 * @param told hears of every state on the way.
 * @returns the finished operation.
 * @throws ApiProblem when it was refused and nothing happened, OutcomeUnknown when it may have been
 *   accepted.
 */
export async function runCommand<Result>(
  command: Command,
  told: (operation: Operation<Result>) => void,
): Promise<Operation<Result>> {
  const name = JSON.stringify(command);
  if (command.sets !== undefined) takeThePlaceOfOthers(name, command.sets);
  const held = unsettled.get(name);
  const key = held?.key ?? crypto.randomUUID();
  try {
    const { body, headers } = await send<Result>(command, key, held !== undefined);
    const operation = await follow(body, told, command.operator ?? false);
    unsettled.delete(name);
    const repeated = held !== undefined && headers.get('Idempotent-Replayed') === 'true';
    return repeated ? { ...operation, repeated } : operation;
  } catch (error) {
    if (error instanceof OutcomeUnknown) unsettled.set(name, { key, sets: command.sets });
    else unsettled.delete(name);
    throw error;
  }
}

/** Follows an operation until it ended. @throws ApiProblem when it was rejected. */
async function follow<Result>(
  accepted: Operation<Result>,
  told: (operation: Operation<Result>) => void,
  operator: boolean,
): Promise<Operation<Result>> {
  let operation = accepted;
  for (let asked = 0; operation.status === 'pending'; asked++) {
    told(operation);
    await pause(ASK_EVERY_MS[asked] ?? 5_000);
    operation = await readPatiently(operation, operator);
  }
  told(operation);
  if (operation.error !== null) throw new ApiProblem(operation.error);
  return operation;
}

/** Neither a server that is away for a moment nor a refusal to look changes what was accepted. */
async function readPatiently<Result>(
  operation: Operation<Result>,
  operator: boolean,
): Promise<Operation<Result>> {
  try {
    return await read<Operation<Result>>(`/v1/operations/${operation.id}`, { operator });
  } catch (error) {
    if (mayPass(error)) return operation;
    if (!(error instanceof ApiProblem) || error.status !== 429) throw new OutcomeUnknown(error);
    await pause(1_000 * Math.min(error.retryAfterSeconds ?? 0, LONGEST_REST_SECONDS));
    return operation;
  }
}

/**
 * Repeating under the same key is safe, so what did not arrive is sent again. A refusal counts when it
 * is how the operation ended, or the answer to the very first sending: what was sent before may have
 * been accepted.
 */
async function send<Result>(
  command: Command,
  key: string,
  sentBefore: boolean,
): Promise<Answer<Operation<Result>>> {
  for (let sent = 0; ; sent++) {
    try {
      return await ask<Operation<Result>>(command.path, {
        method: command.method ?? 'POST',
        body: command.body,
        ...(command.csv !== undefined && { csv: command.csv }),
        headers: { 'Idempotency-Key': key, Prefer: `wait=${WAIT_SECONDS}` },
        operator: command.operator ?? false,
      });
    } catch (error) {
      if (isOutcome(error)) throw error;
      const again = SEND_AGAIN_MS[sent];
      if (again === undefined || !mayPass(error)) {
        const isFirst = sent === 0 && !sentBefore;
        throw isFirst && isRefusal(error) ? error : new OutcomeUnknown(error);
      }
      await pause(again);
    }
  }
}

/** A refusal that names the operation is what became of it, unless the key was used for another. */
const isOutcome = (error: unknown): boolean =>
  error instanceof ApiProblem &&
  typeof error.facts['operation'] === 'string' &&
  error.code !== 'idempotency_key_reused';

const isRefusal = (error: unknown): boolean => error instanceof ApiProblem && error.status < 500;

const mayPass = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ApiProblem && error.status >= 502);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
