import type { Command } from 'commander';

/** How a command was asked to speak. */
export interface Voice {
  json: boolean;
  quiet: boolean;
}

export const voiceOf = (command: Command): Voice => {
  const { json, quiet } = command.optsWithGlobals<{ json?: boolean; quiet?: boolean }>();
  return { json: json ?? false, quiet: quiet ?? false };
};

/** The result of a command, for people or for programs. */
export function print(voice: Voice, value: unknown, asText: () => string): void {
  if (voice.json) console.log(JSON.stringify(value, plain, 2));
  else if (!voice.quiet) console.log(asText());
}

/** JSON has no 64-bit integers; they are written as strings. */
const plain = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/** Progress goes to standard error, so that standard output can be piped. */
export function progress(voice: Voice, line: string): void {
  if (!voice.json && !voice.quiet) process.stderr.write(`${line}\n`);
}

/** Columns aligned under their headings. */
export function table(header: string[], rows: string[][]): string {
  const widths = header.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}
