import { open } from 'node:fs/promises';

/** Appends lines to a file that several processes share, durably. */
export async function appendLog(path: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const handle = await open(path, 'a', 0o600);
  try {
    // One write in append mode, so that the lines of two processes do not mix.
    await handle.appendFile(`${lines.join('\n')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
