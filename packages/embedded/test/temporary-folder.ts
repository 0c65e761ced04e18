import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A new folder that every user may enter, as data folders usually are. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bursar-embedded-test-')));
  chmodSync(folder, 0o755);
  return folder;
}

/** Removes the folder and, where root's database had to lie elsewhere, that place, too. */
export function removeFolder(folder: string): void {
  const pointer = join(folder, 'postgres-location.txt');
  const elsewhere = existsSync(pointer)
    ? readFileSync(pointer, 'utf8').split('\n', 1)[0]
    : undefined;
  if (elsewhere !== undefined && dirname(elsewhere) === join(tmpdir(), 'bursar-embedded')) {
    rmSync(elsewhere, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}
