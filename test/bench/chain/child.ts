import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Packing } from './ingress-process.ts';

export const OPERATOR_KEY = 'operator-key-of-the-measurements';

/** What a child is started with. */
export interface Task {
  databaseUrl: string;
  redisUrl: string | undefined;
  /** Keeps chains that share one Redis apart. */
  prefix: string;
  /** For an ingress. */
  packing?: Packing;
  /** For a producer. */
  produce?: { jobs: number; perJob: number };
  /** For an ingress: settings that differ from the defaults. */
  settings?: Readonly<Record<string, string>>;
}

/** What a worker has done since its last report, times as `Date.now` gives them. */
export interface WorkerReport {
  applied: number;
  lastAt: number;
  /** Only in a report, not in a count. */
  latenciesMs: readonly number[];
}

export interface Child {
  pid: number;
  /** Of an ingress, else 0. */
  port: number;
  /** Asks a worker and waits for its answer; one question at a time. */
  ask: (question: 'count' | 'report') => Promise<WorkerReport>;
  /** Has a producer produce, and waits until it has. */
  produce: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts one of the processes in this folder and waits until it works. */
export async function startChild(
  name: 'ingress' | 'worker' | 'producer',
  task: Task,
): Promise<Child> {
  const file = new URL(`${name}-process.ts`, import.meta.url);
  const child = fork(file, [JSON.stringify(task)], { serialization: 'advanced' });
  const died = once(child, 'exit').then(() => {
    throw new Error(`The ${name} of the benchmark ended.`);
  });
  // Only those who wait for an answer want to hear of it.
  died.catch(() => undefined);
  const answer = async <Answer>(): Promise<Answer> => {
    const [message] = await Promise.race([once(child, 'message'), died]);
    return message;
  };
  const { port } = await answer<{ port: number }>();
  return {
    pid: child.pid ?? 0,
    port,
    ask: (question) => {
      const answered = answer<WorkerReport>();
      child.send(question);
      return answered;
    },
    produce: async () => {
      const produced = answer<unknown>();
      child.send('produce');
      await produced;
    },
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** In the child: what it was started with. */
export const readTask = (): Task => JSON.parse(process.argv[2] ?? '{}');

/** In the child: that it works, or what it was asked for. */
export function tellParent(message: { port: number } | WorkerReport): void {
  process.send?.(message);
}
