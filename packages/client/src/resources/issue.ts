import type { CallOptions, CommandOptions, Settings } from '../options.ts';
import type { Route } from '../routes.ts';
import { call, type Call } from '../transport/call.ts';
import { command, type Command, type FollowOptions } from '../transport/command.ts';
import type { Trusted } from '../transport/attempt.ts';
import type { Operation, Preview, Succeeded } from '../types/operation.ts';

/** Options with which a command resolves with its outcome. */
export type Waiting<Options = CommandOptions> = Options & { wait: true };

/** A command: waited for, its success; otherwise the operation as it is once it is durable. */
export interface Issue<Args extends readonly unknown[], Result, Options = CommandOptions> {
  (...args: [...Args, Waiting<Options>]): Promise<Succeeded<Result>>;
  (...args: [...Args, (Options | undefined)?]): Promise<Operation<Result>>;
}

/** Makes the method of a command; `describe` turns its `arity` arguments into the request. */
export function issue<
  Args extends readonly unknown[],
  Result,
  Options extends CommandOptions & FollowOptions = CommandOptions,
>(
  settings: Settings,
  arity: Args['length'],
  describe: (...args: [...Args, (Options | undefined)?]) => Command,
): Issue<Args, Result, Options> {
  return (...args: [...Args, (Options | undefined)?]) => {
    // What comes after the arguments; tuples of unknown length have no type for it.
    const [options]: Trusted = args.slice(arity);
    return command<Result>(settings, describe(...args), options);
  };
}

/** Runs the same code as the command and changes nothing. */
export async function preview<Result>(
  settings: Settings,
  request: { route: Route; params?: Readonly<Record<string, string>>; body: object },
  options?: CallOptions,
): Promise<Preview<Result>> {
  const body = { ...request.body, preview: true };
  const key = `preview-${globalThis.crypto.randomUUID()}`;
  return (await call(settings, { ...request, body, key }, options)).body;
}

/** A call that is answered at once. */
export async function ask<Answered>(
  settings: Settings,
  request: Call,
  options?: CallOptions,
): Promise<Answered> {
  return (await call(settings, request, options)).body;
}

export interface ManyOptions extends CallOptions {
  /** Ask for what the ledger decided: `operation_status`, which may still be pending. */
  wait?: boolean | undefined;
}

const MANY_WAIT_SECONDS = 20;

/** Items have their own keys, so the request as a whole needs none. */
export const many = ({ wait = false }: ManyOptions): Pick<Call, 'command' | 'waitSeconds'> => ({
  command: true,
  ...(wait && { waitSeconds: MANY_WAIT_SECONDS }),
});
