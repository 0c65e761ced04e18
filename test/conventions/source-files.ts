import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Every file that git tracks or would track, relative to the root. */
export function sourceFiles(pattern: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((file) => pattern.test(file) && existsSync(join(ROOT, file)))
    .toSorted();
}

export const readSource = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
