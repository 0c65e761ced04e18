import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli, type CliRun } from '../../services/cli/test/run-cli.ts';
import { startFaultyProxy } from '../harness/faulty-proxy.ts';
import { newUser } from '../harness/people.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

interface Result {
  line: number;
  status: string;
  operation: string | null;
  replayed: boolean;
  error: { code: string; detail: string } | null;
}

let system: WholeSystem;
let folder: string;
let file: string;
let env: Record<string, string>;
let wallet: string;
beforeAll(async () => {
  system = await startWholeSystem({ backend: 'postgres' });
});
afterAll(async () => {
  await expectSoundLedger(system.database);
  await system.stop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bursar-import-'));
  file = join(folder, 'usage.ndjson');
  env = { BURSAR_URL: system.url, BURSAR_API_KEY: system.operatorKey };
  wallet = await newUser(system.api);
  return () => rm(folder, { recursive: true });
});

const charge = (key: number | string, rest: object = {}) => ({
  idempotency_key: `${wallet.slice(5)}-${key}`,
  wallet,
  amount: '0.5',
  product: 'render',
  ...rest,
});
const many = (count: number) => Array.from({ length: count }, (_, at) => charge(at));
const write = (lines: readonly unknown[]): Promise<void> =>
  writeFile(
    file,
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  );
const run = (...flags: string[]): Promise<CliRun> =>
  runCli(['import', 'charges', file, ...flags], env);
const results = async (path = `${file}.results.ndjson`): Promise<Result[]> =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line): Result => JSON.parse(line))
    .toSorted((a, b) => a.line - b.line);
const owed = async (): Promise<string> => (await system.api.wallet(wallet)).owed;

describe('an import of charges', () => {
  it('tells of every line what became of it, and names the wrong ones', async () => {
    await system.api.patch(`/v1/wallets/${wallet}`, { overdraft_limit: '1' });
    await write([
      charge(1),
      'not json',
      '',
      charge(2, { amount: '-1' }),
      charge(3, { wallet: 'user:nobody-at-all' }),
      charge(1, { amount: '2' }),
      charge(4),
      charge(5),
      `{"idempotency_key":"long","description":"${'x'.repeat(200_000)}"}`,
    ]);
    const ended = await run('--wait', '--json');
    expect(ended.exitCode).toBe(1);
    expect(JSON.parse(ended.stdout)).toEqual({
      lines: 8,
      skipped: 0,
      accepted: 0,
      applied: 2,
      rejected: 2,
      invalid: 4,
      replayed: 0,
      dry_run: false,
      results: `${file}.results.ndjson`,
    });
    const told = (await results()).map(({ line, status, error }) => [line, status, error?.code]);
    expect(told).toEqual([
      [1, 'applied', undefined],
      [2, 'invalid', 'invalid_request'],
      [4, 'invalid', 'invalid_request'],
      [5, 'rejected', 'wallet_not_found'],
      [6, 'invalid', 'idempotency_key_reused'],
      [7, 'applied', undefined],
      [8, 'rejected', 'insufficient_credits'],
      [9, 'invalid', 'invalid_request'],
    ]);
    expect(ended.stderr).toMatch(/^line 4: invalid, invalid_request: amount must be greater/m);
    expect(await owed()).toBe('1');
  });

  it('goes through a busy API and lost answers, and charges once', async () => {
    const faults = ['busy', 'answer-lost', 'limited', 'answer-lost'] as const;
    const proxy = await startFaultyProxy(system.url, (request) => faults[request - 1] ?? 'none');
    env['BURSAR_URL'] = proxy.url;
    await write(many(2_500));
    const ended = await run('--wait', '--concurrency', '2');
    await proxy.stop();
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(ended.stdout).toMatch(/^2500 lines, 2500 accepted, \d+ of them repetitions, 0 invalid/);
    expect(proxy.requests()).toBeGreaterThan(faults.length);
    expect(new Set((await results()).map(({ line }) => line)).size).toBe(2_500);
    expect(await owed()).toBe('1250');
  });

  it('gives up when nothing is accepted, and goes on where it stopped', async () => {
    let down = false;
    const proxy = await startFaultyProxy(system.url, () => {
      const fault = down ? 'busy' : 'none';
      down = true;
      return fault;
    });
    env['BURSAR_URL'] = proxy.url;
    await write(many(2_200));
    const stopped = await run('--concurrency', '1', '--give-up-after', '1');
    await proxy.stop();
    expect(stopped.exitCode).toBe(2);
    expect(stopped.stderr).toMatch(/Run again with --resume/);
    expect(await results()).toHaveLength(1_000);

    // Its last line was cut off in the middle.
    await appendFile(`${file}.results.ndjson`, '{"line":1001,"idemp');
    env['BURSAR_URL'] = system.url;
    const resumed = await run('--resume', '--wait', '--json');
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      lines: 2_200,
      skipped: 1_000,
      applied: 1_200,
    });
    expect((await results()).map(({ line }) => line)).toEqual(many(2_200).map((_, at) => at + 1));
    const nothing = await run('--resume', '--json');
    expect(JSON.parse(nothing.stdout)).toMatchObject({ skipped: 2_200, accepted: 0 });
    await expect.poll(owed).toBe('1100');
  });

  it('again from the beginning charges nothing, also by derived keys', async () => {
    const keyless = many(20).map(({ idempotency_key: _key, ...rest }) => rest);
    await write([...keyless, charge('own')]);
    expect((await run()).exitCode).toBe(1);
    expect((await results())[0]?.error?.detail).toMatch(/idempotency_key/);
    await run('--derive-keys', '--wait');
    const again = await run('--derive-keys', '--wait', '--json');
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ applied: 21, replayed: 21 });
    expect(await owed()).toBe('10.5');
  });

  it('as a dry run checks and does nothing', async () => {
    await write([charge(1), charge(2, { colour: 'red' })]);
    const ended = await runCli(['import', 'charges', file, '--dry-run'], {});
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toBe('2 lines, 1 valid, 1 invalid. Nothing was sent.\n');
    expect(ended.stderr).toMatch(/^line 2: /);
    await write([{ ...charge(1), idempotency_key: undefined }]);
    const keyless = await runCli(['import', 'charges', file, '--dry-run'], {});
    expect(keyless.stderr).toMatch(/^line 1: .*idempotency_key is required$/m);
    await expect(results()).rejects.toThrow(/ENOENT/);
    expect(await owed()).toBe('0');
  });

  it.each([
    ['without a key', () => runCli(['import', 'charges', file], {}), /--key or BURSAR_API_KEY/],
    ['with a wrong key', () => run('--key', 'wrong'), /unauthenticated/],
    [
      'of no file',
      () => runCli(['import', 'charges', `${file}.gone`], env),
      /^There is no file \S+\.gone\. Check the path\. Nothing was sent\.\n$/,
    ],
    ['of a folder', () => runCli(['import', 'charges', '.'], env), /is not a file\. Name a file/],
    [
      'with its results nowhere',
      () => run('--results', `${file}.gone/results`),
      /^The results cannot be written to \S+: there is no such folder/,
    ],
    ['into the file itself', () => run('--results', file), /a file of their own/],
    [
      'that resumes by another file',
      () => run('--resume', '--results', `${file}.other`),
      /not the result file/,
    ],
    ['to a strange address', () => run('--url', 'ftp://x'), /not the address of an API/],
    ['with too many batches at once', () => run('--concurrency', '99'), /from 1 to 32/],
  ])('%s ends with exit code 2 and one reason', async (_, start, reason) => {
    await write([charge(1)]);
    await writeFile(`${file}.other`, 'something of value\n');
    const ended = await start();
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(reason);
    expect(await readFile(`${file}.other`, 'utf8')).toBe('something of value\n');
    expect(await readFile(file, 'utf8')).toBe(`${JSON.stringify(charge(1))}\n`);
  });
});
