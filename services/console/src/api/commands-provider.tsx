import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import { carryOut, type CommandToGive, type GivenCommand } from './given-command.ts';
import type { Operation } from './operation.ts';

interface Commands {
  given: readonly GivenCommand[];
  /** Carries it out; the answer is the finished operation, whose result the caller knows the shape of. */
  give: <Result>(command: CommandToGive<Result>) => Promise<Operation<Result>>;
  dismiss: (key: string) => void;
}

const CommandsContext = createContext<Commands | null>(null);

/** Keeps every command in sight until it settled, and what went wrong until somebody has seen it. */
export function CommandsProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [given, setGiven] = useState<readonly GivenCommand[]>([]);
  const give = useCallback(
    <Result,>(command: CommandToGive<Result>) => carryOut<Result>(command, setGiven, client),
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
