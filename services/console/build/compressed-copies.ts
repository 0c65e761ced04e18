import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const COMPRESSIONS = { br: promisify(brotliCompress), gz: promisify(gzip) } as const;
/** What is smaller fits one packet as it is. */
const BYTES_MIN = 1_024;

/** Writes `.br` and `.gz` beside every built file, so that the ingress never compresses while it serves. */
export const compressedCopies = (): Plugin => ({
  name: 'compressed-copies',
  apply: 'build',
  async writeBundle({ dir }) {
    if (dir === undefined) throw new Error('The console is built into a folder.');
    const files = globSync('**/*.{js,css,svg}', { cwd: dir });
    await Promise.all(files.map((file) => compress(join(dir, file))));
  },
});

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  if (bytes.length < BYTES_MIN) return;
  for (const [extension, compressed] of Object.entries(COMPRESSIONS)) {
    await writeFile(`${file}.${extension}`, await compressed(bytes));
  }
}
