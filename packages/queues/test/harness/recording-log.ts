import type { QueueLog } from '../../src/index.ts';

export type LogLine = { readonly level: string; readonly fields: object; readonly message: string };

/** A logger whose lines a test can read. */
export function recordingLog(): QueueLog & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
