import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CONSOLE_DIR } from '@bursar/console/build';
import { beforeAll, expect, it } from 'vitest';
import { builtConsole } from './harness/built-console.ts';

const BUDGET_BYTES = 200_000;

beforeAll(builtConsole, 180_000);

it('loads less than 200 kB of compressed scripts before the first page', async () => {
  const page = await readFile(join(CONSOLE_DIR, 'index.html'), 'utf8');
  const scripts = [...page.matchAll(/(?:src|href)="\/console\/(assets\/[^"]+\.js)"/g)];
  // What is too small to be worth a copy is sent as it is.
  const bytesOf = async (file: string): Promise<number> =>
    (await stat(`${file}.br`).catch(() => stat(file))).size;
  const sizes = await Promise.all(scripts.map(([, file = '']) => bytesOf(join(CONSOLE_DIR, file))));
  expect(scripts.length).toBeGreaterThan(2);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET_BYTES);
});

it('brings what runs the page in development to nobody', async () => {
  const page = await readFile(join(CONSOLE_DIR, 'index.html'), 'utf8');
  for (const [, file = ''] of page.matchAll(/"\/console\/(assets\/[^"]+\.js)"/g)) {
    expect(await readFile(join(CONSOLE_DIR, file), 'utf8')).not.toContain('jsxDEV');
  }
});
