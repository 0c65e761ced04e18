import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeSystem, type WholeSystem } from '../../../test/harness/whole-system.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

const PACKAGE = join(import.meta.dirname, '..');
const TSC = join(PACKAGE, '../../node_modules/typescript/bin/tsc');

let system: WholeSystem;
beforeAll(async () => {
  system = await startWholeSystem({ backend: 'postgres' });
});
afterAll(() => system.stop());

const run = (cwd: string, command: string, args: string[], env: object = {}): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env } });

/** The oldest Node.js on this machine that the package promises to run on; else the present one. */
function oldestNode(): string {
  const places = (process.env['PATH'] ?? '')
    .split(':')
    .filter((dir) => !dir.includes('node_modules'));
  const found = places.map((dir) => join(dir, 'node')).filter((file) => existsSync(file));
  const fit = found.find((file) => /^v2[0-9]\./.test(run('/', file, ['--version'])));
  return fit ?? process.execPath;
}

/** Packs as for publication and unpacks into a project of a customer's. */
function install(): { project: string; files: string[] } {
  const folder = temporaryFolder();
  const stage = join(folder, 'stage');
  const packed = run(PACKAGE, 'npm', [
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ]);
  const [{ filename, files }] = JSON.parse(packed) as [
    { filename: string; files: { path: string }[] },
  ];
  const home = join(stage, 'node_modules/@bursar/client');
  mkdirSync(home, { recursive: true });
  run(folder, 'tar', ['-xzf', filename, '-C', home, '--strip-components=1']);
  return { project: stage, files: files.map(({ path }) => path).toSorted() };
}

describe('the package as it is published', () => {
  beforeAll(() => {
    run(PACKAGE, process.execPath, [TSC, '-p', 'tsconfig.build.json']);
  });

  it('holds the built client, its README and its licence, and needs nothing else', () => {
    const { project, files } = install();
    expect(files.filter((file) => !file.startsWith('dist/'))).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    expect(files.filter((file) => !/\.(d\.ts|js)$|^[A-Z]|package\.json/.test(file))).toEqual([]);
    const manifest = JSON.parse(
      readFileSync(join(project, 'node_modules/@bursar/client/package.json'), 'utf8'),
    ) as { dependencies?: object };
    expect(manifest.dependencies).toBeUndefined();
    expect(readdirSync(join(project, 'node_modules/@bursar/client'))).toContain('dist');
  });

  it('runs from plain JavaScript on the oldest Node.js it promises', async () => {
    const { project } = install();
    writeFileSync(join(project, 'charge.mjs'), CHARGE);
    const node = oldestNode();
    // Not waited for synchronously: the server runs in this process.
    const args = ['charge.mjs', system.url, system.operatorKey];
    const printed = await promisify(execFile)(node, args, { cwd: project });
    expect(JSON.parse(printed.stdout)).toEqual({
      balance: '87.5',
      held: '0',
      code: 'wallet_not_found',
      disposable: true,
    });
  });

  it('has types that a strict project compiles with, and whose mistakes it finds', () => {
    const { project } = install();
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(project, 'right.ts'), RIGHT);
    writeFileSync(join(project, 'wrong.ts'), WRONG);
    const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022'];
    const modules = [
      '--module',
      'nodenext',
      '--lib',
      'es2023,dom,esnext.disposable',
      '--types',
      '',
    ];
    run(project, process.execPath, [TSC, ...options, ...modules, 'right.ts']);
    expect(() =>
      execFileSync(process.execPath, [TSC, ...options, ...modules, 'wrong.ts'], {
        cwd: project,
        stdio: 'pipe',
      }),
    ).toThrow();
  });

  it('has a core that needs nothing of Node.js', () => {
    const { project } = install();
    const home = join(project, 'node_modules/@bursar/client/dist');
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      const text = readFileSync(file, 'utf8');
      expect(text, file).not.toMatch(/from 'node:|\bprocess\.|\bBuffer\b/);
      for (const [, target = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
        visit(join(file, '..', target));
      }
    };
    visit(join(home, 'index.js'));
    expect(reached.size).toBeGreaterThan(15);
  });
});

const CHARGE = `
import { createBursar } from '@bursar/client';
const [url, key] = process.argv.slice(2);
const bursar = createBursar({ url, key });
const { wallet } = await bursar.users.put('packed', { name: 'Ana' });
await bursar.grants.create({ wallet, amount: '100', kind: 'promotional', reason: 'x' }, { wait: true });
const held = await bursar.holds.with({ wallet, amount: '20', product: 'x' }, async (hold) => {
  await hold.capture('12.5');
  return hold;
});
const code = await bursar.wallets.get('user:nobody').catch((error) => error.code);
const { balance, held: left } = await bursar.wallets.get(wallet);
const disposable = typeof held[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')] === 'function';
console.log(JSON.stringify({ balance, held: left, code, disposable }));
`;

const RIGHT = `
import { createBursar, BursarRejection, type Wallet } from '@bursar/client';
const bursar = createBursar({ url: 'http://localhost', key: 'k' });
const wallet: Wallet = await bursar.wallets.get('user:ana');
const charge = { wallet: wallet.wallet, amount: '1', product: 'x' };
const done = await bursar.charges.create(charge, { wait: true });
const owed: string = done.result.charge.owed;
const pending = await bursar.charges.create(charge);
const maybe: string | undefined = pending.result?.charge.owed;
await using hold = await bursar.holds.open({ ...charge, expires_in: undefined });
await using meter = bursar.meter({ spillDir: 'x', onRejected: ({ error }) => error.code });
export const seen = [owed, maybe, hold.id, meter.stats().pending, BursarRejection];
`;

const WRONG = `
import { createBursar } from '@bursar/client';
const bursar = createBursar({ url: 'http://localhost', key: 'k' });
const pending = await bursar.charges.create({ wallet: 'user:ana', amount: '1', product: 'x' });
export const owed: string = pending.result.charge.owed;
`;
