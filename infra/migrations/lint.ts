import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lints the numbered migrations with squawk: no statement may take a heavy lock on a table that is in
 * use. The first migrations create everything, so rules about existing tables start to bite later.
 */
const root = join(import.meta.dirname, '../..');
const squawk = join(root, `node_modules/@squawk-cli/linux-${process.arch}/bin/squawk`);
if (!existsSync(squawk)) {
  console.error(
    `Migrations are linted on linux-x64 only: ${squawk} is not installed. Run npm install there.`,
  );
  process.exit(process.env['CI'] === 'true' ? 1 : 0);
}
const folder = join(root, 'packages/ledger/migrations');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => join(folder, name));
const run = spawnSync(squawk, ['--config', join(root, '.squawk.toml'), ...files], {
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
