import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { runCli } from './run-cli.ts';

describe('bursar audit', () => {
  let test: TestDatabase;
  let env: Record<string, string>;
  beforeAll(async () => {
    test = await createTestDatabase();
    env = { DATABASE_URL: test.url };
    await test.db`insert into bursar.users (id) values ('ana')`;
    await test.db`insert into bursar.wallets (owner) values ('user:ana')`;
  });
  afterAll(() => test.drop());

  it('exits with 0 and names every rule when the ledger is sound', async () => {
    const run = await runCli(['audit'], env);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toMatch(/holds .*Issued credits = held by wallets/);
    expect(run.stdout).toMatch(/All \d+ rules hold/);
    expect(run.stderr).toContain('burn-order: holds');
  });

  it('prints JSON and nothing else when asked', async () => {
    const run = await runCli(['audit', '--json'], env);
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toMatchObject({ ok: true });
  });

  it('is silent when asked to be quiet and nothing is wrong', async () => {
    expect(await runCli(['audit', '--quiet'], env)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('exits with 1 and says what is wrong when a rule is broken', async () => {
    await test.db`update bursar.wallets set owed = 5`;
    for (const args of [['audit'], ['audit', '--quiet']]) {
      const run = await runCli(args, env);
      expect(run.exitCode).toBe(1);
      expect(run.stdout).toMatch(/wallet-movements: user:ana: credits 0 and owed 5/);
      expect(run.stderr).toMatch(/breaks \d+ of \d+ rules: .*wallet-movements/);
    }
    await test.db`update bursar.wallets set owed = 0`;
  });

  it('exits with 1 when a check could not run', async () => {
    await test.db`revoke select on bursar.holds from bursar_auditor`;
    const run = await runCli(['audit'], env);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(/SKIPPED/);
    await test.db`grant select on bursar.holds to bursar_auditor`;
  });

  it('exits with 2 and one sentence when the schema is not this version', async () => {
    await test.db`update public.bursar_migrations set checksum = 'other' where name = 'functions'`;
    const run = await runCli(['audit'], env);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toBe(
      'The database schema differs from this version in functions. Run `bursar migrate`.\n',
    );
  });

  it('exits with 2 and one sentence when the database does not answer', async () => {
    const run = await runCli(['audit'], { DATABASE_URL: 'postgres://nobody@localhost:1/none' });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(
      /^The database none at localhost:1 cannot be used \(.*ECONNREFUSED.*\)\. Start it .*\n$/,
    );
  });

  it('exits with 2 and one sentence when there is nothing to work on', async () => {
    const run = await runCli(['audit'], { BURSAR_DATA_DIR: '/nonexistent' });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/^There is no installation in \/nonexistent\. .*npm start.*\n$/);
  });
});
