import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ServiceLog } from './service-log.ts';

const REPEAT_MS = 10_000;
const COMPLAINT_LINES_MAX = 40;

/** What a service says: everything goes to its log, and what went wrong to a person. */
export interface ChildOutput {
  /** Why the service ended: the sentence of its last error, else what it wrote to standard error. */
  complaint(): string | null;
  /** From now on errors are shown as they happen; while it starts they explain a failure. */
  showErrors(): void;
}

export function followOutput(
  child: ChildProcess,
  logFile: string,
  say: (line: string) => void,
): ChildOutput {
  const log = new ServiceLog(logFile, say);
  const saidAt = new Map<string, number>();
  const stderr: string[] = [];
  let lastError: string | null = null;
  let showing = false;
  const show = (problem: string): void => {
    const now = performance.now();
    if (now - (saidAt.get(problem) ?? -Infinity) < REPEAT_MS) return;
    // Texts can carry ids; forgetting them now and then keeps the map small.
    if (saidAt.size > COMPLAINT_LINES_MAX) saidAt.clear();
    saidAt.set(problem, now);
    say(problem);
  };
  eachLine(child.stdout, (line) => {
    log.write(line);
    const problem = problemIn(line);
    if (problem === null) return;
    lastError = problem.sentence;
    if (showing) show(`${problem.name}: ${problem.sentence}`);
  });
  eachLine(child.stderr, (line) => {
    log.write(line);
    stderr.push(line);
    if (stderr.length > COMPLAINT_LINES_MAX) stderr.shift();
  });
  child.once('close', () => log.end());
  return {
    complaint: () => lastError ?? sentenceAmong(stderr),
    showErrors: () => {
      showing = true;
    },
  };
}

function eachLine(stream: Readable | null, hear: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', hear);
}

interface LogLine {
  name: string;
  msg: string;
  reason?: string;
}

/** The error of a log line that a person should see. */
function problemIn(line: string): { name: string; sentence: string } | null {
  if (!/"level":"(error|fatal)"/.test(line)) return null;
  try {
    const { name, msg, reason } = JSON.parse(line) as LogLine;
    const sentence = `${msg}${reason === undefined ? '' : ` (${reason})`}`;
    return { name, sentence };
  } catch (error) {
    if (error instanceof SyntaxError) return { name: 'log', sentence: line };
    throw error;
  }
}

/** Of a stack trace only the line that names the error; anything else as it was written. */
function sentenceAmong(lines: readonly string[]): string | null {
  const text = lines.join('\n').trim();
  if (text === '') return null;
  if (!/^\s+at /m.test(text)) return text;
  return lines.find((line) => /^\w*Error\b.*: /.test(line)) ?? text.split('\n', 1)[0] ?? null;
}
