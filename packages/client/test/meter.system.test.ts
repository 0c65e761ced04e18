import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../../../test/harness/sound-ledger.ts';
import { until } from '../../../test/harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../../../test/harness/whole-system.ts';
import { createBursar, type Bursar, type MeterOptions, type RejectedCharge } from '../src/node.ts';
import { startFaultyLine, type FaultyLine, type Line } from './harness/faulty-line.ts';
import { startMetering } from './harness/metering-process.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

let system: WholeSystem;
let line: FaultyLine;
let direct: Bursar;
let faulty: Bursar;
beforeAll(async () => {
  system = await startWholeSystem({
    backend: 'postgres',
    ingress: 'process',
    settings: { RATE_LIMIT_WRITES: 'off', RATE_LIMIT_BURST: 'off' },
  });
  line = await startFaultyLine(system.url);
  const key = system.operatorKey;
  direct = createBursar({ url: system.url, key });
  faulty = createBursar({ url: line.url, key, timeoutMs: 2_000 });
});
afterAll(async () => {
  await line.stop();
  await expectSoundLedger(system.database);
  await system.stop();
});

let people = 0;
async function newWallet(): Promise<string> {
  people += 1;
  return (await direct.users.put(`metered-${people}`, {})).wallet;
}

const meterOf = (options: MeterOptions) =>
  faulty.meter({ flushMs: 10, maxItems: 100, account: 'test', ...options });

/** Each charge of one credit was applied once. */
async function expectEachOnce(wallet: string, count: number): Promise<void> {
  await until(
    'every charge is applied',
    async () => (await direct.wallets.get(wallet)).version >= count,
    60_000,
  );
  expect(await direct.wallets.get(wallet)).toMatchObject({ owed: String(count), version: count });
}

const charge = (wallet: string) => ({ wallet, amount: '1', product: 'fault-test' });

describe('a meter on a bad line', () => {
  it('has every charge applied exactly once, whatever the line does', async () => {
    const wallet = await newWallet();
    const spillDir = temporaryFolder();
    const meter = meterOf({ spillDir });
    const weather: Line[] = ['sound', 'answers_lost', 'cut', 'every_other_lost', 'answers_lost'];
    for (const next of weather) {
      line.become(next);
      for (let index = 0; index < 300; index += 1) await meter.charge(charge(wallet));
      await until('it has tried', () => meter.stats().pending === 0, 30_000);
    }
    line.become('sound');
    await meter.flush({ timeoutMs: 30_000 });
    await meter.close();
    await expectEachOnce(wallet, 1_500);
    expect(readdirSync(spillDir)).toEqual([]);
  }, 120_000);

  it('loses and doubles nothing when the ingress is killed and started again', async () => {
    const wallet = await newWallet();
    const meter = meterOf({ spillDir: temporaryFolder() });
    line.become('sound');
    for (let round = 0; round < 3; round += 1) {
      for (let index = 0; index < 400; index += 1) await meter.charge(charge(wallet));
      await until('some are under way', () => meter.stats().accepted > round * 400, 30_000);
      await system.killIngress('SIGKILL');
      for (let index = 0; index < 100; index += 1) await meter.charge(charge(wallet));
      await system.startIngress('process');
    }
    await meter.flush({ timeoutMs: 30_000 });
    await meter.close();
    await expectEachOnce(wallet, 1_500);
  }, 120_000);

  it('loses and doubles nothing when its own process is killed while it spills and replays', async () => {
    const wallet = await newWallet();
    const spillDir = temporaryFolder();
    const safe: string[] = [];
    const weather: Line[] = ['cut', 'every_other_lost', 'answers_lost', 'sound'];
    for (const [round, next] of weather.entries()) {
      line.become(next);
      const process = startMetering({
        url: line.url,
        key: system.operatorKey,
        spillDir,
        wallet,
        prefix: `${wallet}-${round}`,
        count: 100_000,
      });
      await until('it has charged', () => process.safe.length > 60, 30_000);
      process.child.kill('SIGKILL');
      await process.ended;
      safe.push(...process.safe);
    }
    const meter = faulty.meter({ spillDir });
    await meter.flush({ timeoutMs: 30_000 });
    await meter.close();
    // Each key is one transaction; what was being written when it was killed may be there, too.
    const applied = new Set<string>();
    await until('what was safe is applied', async () => {
      applied.clear();
      for await (const { operation } of direct.wallets.transactions(wallet)) {
        if (operation !== null) applied.add(operation);
      }
      return applied.size >= safe.length;
    });
    const sent = await direct.charges.batch(
      safe.map((idempotency_key) => ({ ...charge(wallet), idempotency_key })).slice(0, 1_000),
    );
    // Under a key that is taken, another time of use is another request: the first one stands.
    expect(sent.every(({ error }) => error?.code === 'idempotency_key_reused')).toBe(true);
    const { owed, version } = await direct.wallets.get(wallet);
    expect(owed).toBe(String(version));
    expect(applied.size).toBe(version);
  }, 120_000);

  it('tells what the ledger refused, if it was asked to wait for outcomes', async () => {
    const wallet = await newWallet();
    await direct.wallets.update(wallet, { overdraft_limit: '2' });
    line.become('sound');
    const rejected: RejectedCharge[] = [];
    const meter = meterOf({ outcomes: true, onRejected: (one) => rejected.push(one) });
    for (let index = 0; index < 5; index += 1) await meter.charge(charge(wallet));
    await meter.close();
    expect(meter.stats()).toMatchObject({ accepted: 2, rejected: 3 });
    expect(rejected.map(({ error }) => error.code)).toEqual(
      Array.from({ length: 3 }, () => 'insufficient_credits'),
    );
    for (const { operation } of rejected) expect(operation).toMatch(/^op_/);
  });
});

describe('a batch', () => {
  it('answers about each of its charges in order, and one bad one stops no other', async () => {
    const wallet = await newWallet();
    const batch = [charge(wallet), { ...charge(wallet), amount: '-1' }, charge(wallet)];
    const outcomes = await direct.charges.batch(batch, { wait: true });
    expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'invalid', 'accepted']);
    expect(outcomes[1]).toMatchObject({ operation: null, error: { code: 'invalid_amount' } });
    expect(outcomes[2]).toMatchObject({ operation_status: 'succeeded', replayed: false });
  });

  it('of usage events is charged by their prices', async () => {
    const wallet = await newWallet();
    const event = {
      specversion: '1.0' as const,
      source: '/notebooks/eu-1',
      type: 'ai.tokens.client',
      subject: wallet,
    };
    const model = { type: 'per_unit' as const, rate: '0.5', per: 1_000 };
    const price = { event_type: event.type, product: 'assistant', meter: 'tokens', model };
    await direct.prices.put('client-tokens', price);
    const events = ['a', 'b', 'a'].map((id) => ({ ...event, id, data: { tokens: 4_000 } }));
    const outcomes = await direct.events.send(events, { wait: true });
    expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await direct.wallets.get(wallet)).toMatchObject({ owed: '4', version: 2 });
  });
});
