import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../test/harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../../../test/harness/whole-system.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

const PACKAGE = join(import.meta.dirname, '..');
const SOURCE = join(PACKAGE, 'src/node.ts');
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
const blocks = [...README.matchAll(/^```(js|ts)\n([\s\S]*?)^```$/gm)].map(
  ([, kind = '', code = '']) => ({ kind, code }),
);

let system: WholeSystem;
beforeAll(async () => {
  system = await startWholeSystem({ backend: 'postgres' });
});
afterAll(() => system.stop());

/** Runs a block as it stands in the README, as a project of its own; answers what it printed. */
async function run({ kind, code }: { kind: string; code: string }): Promise<string[]> {
  const project = temporaryFolder();
  const home = join(project, 'node_modules/@bursar/client');
  mkdirSync(home, { recursive: true });
  // The package's sources under its name; they are not below node_modules, so their types are stripped.
  writeFileSync(join(home, 'package.json'), '{ "type": "module", "exports": "./door.js" }');
  writeFileSync(join(home, 'door.js'), `export * from ${JSON.stringify(SOURCE)};\n`);
  const file = join(project, kind === 'ts' ? 'example.mts' : 'example.mjs');
  writeFileSync(file, code);
  const env = { ...process.env, BURSAR_URL: system.url, BURSAR_API_KEY: system.operatorKey };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { env });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

const block = (index: number): { kind: string; code: string } => {
  const found = blocks[index];
  if (found === undefined) throw new Error(`The README has no block ${index}.`);
  return found;
};
const wallet = async (owner: string) => system.api.wallet(owner);

describe('the README', () => {
  it('has exactly the examples that are run here', () => {
    expect(blocks).toHaveLength(4);
  });

  it('charges a wallet', async () => {
    const [transaction] = await run(block(0));
    expect(transaction).toMatch(/^txn_/);
    expect(await wallet('user:ana')).toMatchObject({ balance: '87.5' });
  });

  it('shows what a refusal says', async () => {
    const printed = await run(block(1));
    expect(printed[0]).toMatch(/^insufficient_credits false false op_/);
    expect(printed.at(-1)).toBe('0.3 1');
  });

  it('holds, captures and frees', async () => {
    await run(block(2));
    expect(await wallet('user:eva')).toMatchObject({ balance: '26', held: '0' });
  });

  it('meters', async () => {
    expect(await run(block(3))).toEqual(['100']);
    await until('all is applied', async () => (await wallet('user:kim')).owed === '10');
  });
});
