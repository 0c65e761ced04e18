import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import type { Operation } from './operation.ts';
import { ApiProblem } from './problem.ts';
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
  operation: Operation | null;
  error: Error | null;
  givenAt: Date;
}

export interface CommandToGive extends Command {
  title: string;
  owners: readonly string[];
}

interface Commands {
  given: readonly GivenCommand[];
  /** Carries it out; the answer is the finished operation, whose result the caller knows the shape of. */
  give: <Result>(command: CommandToGive) => Promise<Operation<Result>>;
  dismiss: (key: string) => void;
}

const CommandsContext = createContext<Commands | null>(null);

/** How many settled commands stay in sight. */
const KEPT = 30;

type SetGiven = (change: (all: readonly GivenCommand[]) => readonly GivenCommand[]) => void;

async function carryOut<Result>(
  { title, owners, ...command }: CommandToGive,
  setGiven: SetGiven,
  client: QueryClient,
): Promise<Operation<Result>> {
  const key = crypto.randomUUID();
  const change = (to: Partial<GivenCommand>): void =>
    setGiven((all) => all.map((one) => (one.key === key ? { ...one, ...to } : one)));
  setGiven((all) => [newCommand(key, title, owners), ...all].slice(0, KEPT));
  try {
    const operation = await runCommand<Result>(command, (now) =>
      change({ operation: now as Operation, state: now.status }),
    );
    change({ state: 'succeeded' });
    return operation;
  } catch (error) {
    // An outage says nothing about what had been accepted before it.
    const refused = error instanceof ApiProblem && error.status < 500;
    change({ state: refused ? 'rejected' : 'unknown', error: error as Error });
    throw error;
  } finally {
    await lookAgain(client, owners);
  }
}

async function lookAgain(client: QueryClient, owners: readonly string[]): Promise<void> {
  const keys = owners.flatMap((owner) => [
    ['wallet', owner],
    ['of', owner],
  ]);
  await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
}

/** Keeps every command in sight until it settled, and what went wrong until somebody has seen it. */
export function CommandsProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [given, setGiven] = useState<readonly GivenCommand[]>([]);
  const give = useCallback(
    <Result,>(command: CommandToGive) => carryOut<Result>(command, setGiven, client),
    [client],
  );
  const dismiss = useCallback((key: string) => {
    setGiven((all) => all.filter((one) => one.key !== key));
  }, []);
  const commands = useMemo(() => ({ given, give, dismiss }), [given, give, dismiss]);
  return <CommandsContext value={commands}>{children}</CommandsContext>;
}

export function useCommands(): Commands {
  const commands = use(CommandsContext);
  if (commands === null) throw new Error('Commands are given below a CommandsProvider.');
  return commands;
}

const newCommand = (key: string, title: string, owners: readonly string[]): GivenCommand => ({
  key,
  title,
  owners,
  state: 'sending',
  operation: null,
  error: null,
  givenAt: new Date(),
});
