import type { QueryClient } from '@tanstack/react-query';
import type { Operation } from './operation.ts';
import { OutcomeUnknown } from './problem.ts';
import { runCommand, type Command } from './run-command.ts';

/** A command that somebody gave on these pages, from the click on. */
export interface GivenCommand {
  /** Names it before the server has. */
  key: string;
  /** What it does, in the words of the button. */
  title: string;
  /** The owners whose wallets it touches. */
  owners: readonly string[];
  state: 'sending' | 'pending' | 'succeeded' | 'rejected' | 'unknown';
  /** What has to follow before it counts, once it succeeded; null when nothing has. */
  awaits: string | null;
  /** It succeeded when it was given before, and was not carried out again. */
  repeated: boolean;
  operation: Operation | null;
  error: Error | null;
  givenAt: Date;
}

export interface CommandToGive<Result = unknown> extends Command {
  title: string;
  owners: readonly string[];
  /** Says what has to follow, where "done" would say too much: an order is not paid for yet. */
  awaits?: (result: Result | null) => string | null;
}

/** How many settled commands stay in sight. */
const KEPT = 30;

type SetGiven = (change: (all: readonly GivenCommand[]) => readonly GivenCommand[]) => void;

/**
 * Carries a command out, and keeps what is shown of it up to date until it ended.
 *
 * @throws what `runCommand` throws.
 */
export async function carryOut<Result>(
  { title, owners, awaits, ...command }: CommandToGive<Result>,
  setGiven: SetGiven,
  client: Pick<QueryClient, 'invalidateQueries'>,
): Promise<Operation<Result>> {
  const key = crypto.randomUUID();
  const change = (to: Partial<GivenCommand>): void =>
    setGiven((all) => all.map((one) => (one.key === key ? { ...one, ...to } : one)));
  setGiven((all) => [newCommand(key, title, owners), ...all].slice(0, KEPT));
  try {
    const operation = await runCommand<Result>(command, (now) =>
      // That it succeeded is said below, together with what it means.
      change({
        operation: now as Operation,
        ...(now.status === 'pending' && { state: 'pending' }),
      }),
    );
    const repeated = operation.repeated ?? false;
    change({ state: 'succeeded', awaits: awaits?.(operation.result) ?? null, repeated });
    return operation;
  } catch (error) {
    const state = error instanceof OutcomeUnknown ? 'unknown' : 'rejected';
    change({ state, error: error as Error });
    throw error;
  } finally {
    // Whoever gave it learns the outcome at once, however long looking at the rest takes.
    void lookAgain(client, owners);
  }
}

async function lookAgain(
  client: Pick<QueryClient, 'invalidateQueries'>,
  owners: readonly string[],
): Promise<void> {
  const keys = owners.flatMap((owner) => [
    ['wallet', owner],
    ['of', owner],
  ]);
  await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
}

const newCommand = (key: string, title: string, owners: readonly string[]): GivenCommand => ({
  key,
  title,
  owners,
  state: 'sending',
  awaits: null,
  repeated: false,
  operation: null,
  error: null,
  givenAt: new Date(),
});
