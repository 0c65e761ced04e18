import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { join, relative } from 'node:path';

const HOME = fileURLToPath(new URL('..', import.meta.url));
const CONFIGURATION = ['index.html', 'vite.config.ts', 'package.json'];
const STAMP = join(HOME, 'dist', '.built-from');

/** Where the built console lies. */
export const CONSOLE_DIR: string = join(HOME, 'dist');

/**
 * Builds the console unless it was built from these very sources; the answer says whether it had to.
 * Rejects with what Vite said when the build fails.
 */
export async function buildConsole(): Promise<boolean> {
  const sources = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return false;
  const vite = fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json')));
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: HOME,
    // Whoever asks may run in another mode, such as a test; what is served is always for production.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The console could not be built:\n${said}`);
  writeFileSync(STAMP, sources);
  return true;
}

/** Content decides, not time: a checkout sets every file's time anew. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const files = globSync(['src/**/*', 'public/*', 'build/*', ...CONFIGURATION], { cwd: HOME });
  const shared = globSync('../../packages/contracts/src/**/*.ts', { cwd: HOME });
  for (const file of [...files, ...shared].toSorted()) {
    const path = join(HOME, file);
    if (!statSync(path).isFile()) continue;
    hash.update(relative(HOME, path)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}
