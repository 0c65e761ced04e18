import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.ts';
import {
  importCharges,
  type ImportOptions,
  type ImportSummary,
} from '../import-charges/import-charges.ts';
import type { Target } from '../import-charges/post-batch.ts';
import { openResultFile, readDoneLines, type LineResult } from '../import-charges/result-file.ts';
import { print, progress, voiceOf, type Voice } from '../output.ts';
import { wholeNumber } from '../whole-number.ts';

const CANNOT_RUN = 2;
/** The longest the API waits for outcomes. */
const WAIT_SECONDS = 25;
/** Enough to see what is wrong; the result file has all of them. */
const FAULTS_SHOWN = 20;

interface Flags {
  url?: string;
  key?: string;
  deriveKeys?: boolean;
  results?: string;
  resume?: boolean;
  wait?: boolean;
  dryRun?: boolean;
  concurrency: number;
  giveUpAfter: number;
}

/** `bursar import charges`: usage from a file of NDJSON through the API. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description('bring data in from files')
    .command('charges <file>')
    .description('charge once for every line of JSON; safe to repeat, because every line has a key')
    .option('--url <url>', 'the API; default BURSAR_URL or http://127.0.0.1:8080')
    .option('--key <key>', 'an API key with charges:write; default BURSAR_API_KEY')
    .option(
      '--derive-keys',
      'make missing keys from the hash of the whole file and the line number',
    )
    .option('--results <file>', 'what became of each line; default <file>.results.ndjson')
    .option('--resume', 'leave out the lines that the result file tells of')
    .option('--wait', 'wait for outcomes, so that results say applied or rejected')
    .option('--dry-run', 'only check the lines; nothing is sent or written')
    .option('--concurrency <n>', 'batches under way at once', wholeNumber(1, 32), 4)
    .option(
      '--give-up-after <seconds>',
      'stop when nothing is accepted for so long',
      wholeNumber(0, 86_400),
      300,
    )
    .action(async (file: string, flags: Flags, command: Command) => {
      const voice = voiceOf(command);
      const { summary, results } = await runImport(file, flags, voice);
      const dryRun = flags.dryRun ?? false;
      print(voice, { ...summary, dry_run: dryRun, results }, () => asText(summary, results));
      if (summary.invalid + summary.rejected > 0) process.exitCode = 1;
    });
}

async function runImport(path: string, flags: Flags, voice: Voice) {
  const size = await sizeOf(path);
  const dryRun = flags.dryRun ?? false;
  const resultPath = flags.results ?? `${path}.results.ndjson`;
  if (resolve(resultPath) === resolve(path)) {
    throw new CommandFailed(
      'The results need a file of their own; name one by --results.',
      CANNOT_RUN,
    );
  }
  const target = dryRun ? null : targetOf(flags);
  const resume = flags.resume ?? false;
  const done = resume ? await readDoneLines(resultPath) : { has: () => false };
  const results = dryRun ? null : await openResultFile(resultPath, resume);
  const show = display(voice, size);
  try {
    const summary = await importCharges({
      path,
      deriveKeys: flags.deriveKeys ?? false,
      target,
      results,
      done,
      batchesInFlight: flags.concurrency,
      patience: { giveUpAfterMs: flags.giveUpAfter * 1_000, onWait: show.onWait },
      onProgress: show.onProgress,
      onFault: show.onFault,
    });
    return { summary, results: dryRun ? null : resultPath };
  } finally {
    show.stop();
    await results?.close();
  }
}

function targetOf(flags: Flags): Target {
  const key = flags.key ?? process.env['BURSAR_API_KEY'];
  if (key === undefined || key === '') {
    throw new CommandFailed('Name an API key with --key or BURSAR_API_KEY.', CANNOT_RUN);
  }
  const url = flags.url ?? process.env['BURSAR_URL'] ?? 'http://127.0.0.1:8080';
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CommandFailed(`"${url}" is not the address of an API.`, CANNOT_RUN);
  }
  return { url: url.replace(/\/+$/, ''), key, wait: flags.wait === true ? WAIT_SECONDS : null };
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isFile()) return found.size;
  } catch (error) {
    throw new CommandFailed(`${unreadable(path, error)} Nothing was sent.`, CANNOT_RUN);
  }
  throw new CommandFailed(
    `${path} is not a file. Name a file with a line of JSON for each charge; nothing was sent.`,
    CANNOT_RUN,
  );
}

/** Systems say it by a code and the name of a call, which help nobody who mistyped a path. */
function unreadable(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no file ${resolve(path)}. Check the path.`;
    case 'EACCES':
    case 'EPERM':
      return `The file ${resolve(path)} may not be read by this user. Check its rights.`;
    default:
      return `The file ${resolve(path)} cannot be read: ${String(error)}.`;
  }
}

type Display = Pick<ImportOptions, 'onProgress' | 'onFault'> & {
  onWait: (reason: string) => void;
  stop: () => void;
};

/** A bar on a terminal's standard error, and the first lines that are wrong. */
function display(voice: Voice, size: number): Display {
  const bar =
    voice.json || voice.quiet || !process.stderr.isTTY
      ? null
      : new SingleBar({
          format: '{bar} {percentage}% | {accepted} accepted, {faults} not | {state}',
          stream: process.stderr,
          hideCursor: true,
          clearOnComplete: true,
        });
  bar?.start(Math.max(size, 1), 0, { accepted: 0, faults: 0, state: 'sending' });
  let farthest = 0;
  let shown = 0;
  const faults: string[] = [];
  return {
    onProgress(bytesRead, { accepted, applied, invalid, rejected }) {
      farthest = Math.max(farthest, bytesRead);
      const counts = { accepted: accepted + applied, faults: invalid + rejected };
      bar?.update(farthest, { ...counts, state: 'sending' });
    },
    onFault(result) {
      shown += 1;
      if (shown <= FAULTS_SHOWN) faults.push(faultText(result));
    },
    onWait(reason) {
      if (bar === null) progress(voice, `waiting: ${reason}`);
      else bar.update({ state: reason.slice(0, 60) });
    },
    stop() {
      bar?.stop();
      for (const fault of faults) process.stderr.write(`${fault}\n`);
      if (shown > FAULTS_SHOWN) process.stderr.write(`and ${shown - FAULTS_SHOWN} more\n`);
    },
  };
}

const faultText = ({ line, status, error }: LineResult): string =>
  `line ${line}: ${status}, ${error?.code}: ${error?.detail}`;

function asText(summary: ImportSummary, results: string | null): string {
  const { lines, skipped, accepted, applied, rejected, invalid, replayed } = summary;
  const counts = [
    `${lines} lines`,
    ...(skipped > 0 ? [`${skipped} done before`] : []),
    ...(results === null ? [`${accepted} valid`] : [`${accepted + applied} accepted`]),
    ...(replayed > 0 ? [`${replayed} of them repetitions`] : []),
    ...(rejected > 0 ? [`${rejected} rejected`] : []),
    `${invalid} invalid`,
  ];
  return `${counts.join(', ')}.${results === null ? ' Nothing was sent.' : ` See ${results}.`}`;
}
