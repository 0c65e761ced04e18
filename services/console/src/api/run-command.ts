import type { Operation } from './operation.ts';
import { ApiProblem, Unreachable } from './problem.ts';
import { ask, read } from './request.ts';

export interface Command {
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  /** A list as CSV, where the address takes one instead of a body. */
  csv?: string;
  operator?: boolean;
}

const WAIT_SECONDS = 10;
const ASK_EVERY_MS = [500, 1_000, 2_000, 3_000, 5_000] as const;
const SEND_AGAIN_MS = [500, 2_000, 5_000] as const;

/**
 * Carries a command to its outcome: sends it under one key until an answer comes, then follows the
 * operation until it ended.
 *
 * @param told hears of every state on the way.
 * @returns the finished operation.
 * @throws ApiProblem for a refusal, Unreachable when it is not known whether it was accepted.
 */
export async function runCommand<Result>(
  command: Command,
  told: (operation: Operation<Result>) => void,
): Promise<Operation<Result>> {
  const accepted = await send<Result>(command, crypto.randomUUID());
  return followOperation(accepted, told, command.operator ?? false);
}

/** Follows an operation until it ended. @throws ApiProblem when it was rejected. */
export async function followOperation<Result>(
  accepted: Operation<Result>,
  told: (operation: Operation<Result>) => void,
  operator = false,
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

/** The server being away for a moment changes nothing about what it accepted. */
async function readPatiently<Result>(
  operation: Operation<Result>,
  operator: boolean,
): Promise<Operation<Result>> {
  try {
    return await read<Operation<Result>>(`/v1/operations/${operation.id}`, { operator });
  } catch (error) {
    if (mayPass(error)) return operation;
    throw error;
  }
}

/** Repeating under the same key is safe, so what did not arrive is sent again. */
async function send<Result>(command: Command, key: string): Promise<Operation<Result>> {
  for (let sent = 0; ; sent++) {
    try {
      const { body } = await ask<Operation<Result>>(command.path, {
        method: command.method ?? 'POST',
        body: command.body,
        ...(command.csv !== undefined && { csv: command.csv }),
        headers: { 'Idempotency-Key': key, Prefer: `wait=${WAIT_SECONDS}` },
        operator: command.operator ?? false,
      });
      return body;
    } catch (error) {
      const again = SEND_AGAIN_MS[sent];
      if (again === undefined || !mayPass(error)) throw error;
      await pause(again);
    }
  }
}

const mayPass = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ApiProblem && error.status >= 502);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
