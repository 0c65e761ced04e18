import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../test/harness/until.ts';
import { createBursar as createBrowserBursar } from '../src/index.ts';
import { createBursar, type Meter, type MeterOptions, type RejectedCharge } from '../src/node.ts';
import { startFakeIngress, UNKNOWN, type FakeIngress, type Mood } from './harness/fake-ingress.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

let ingress: FakeIngress;
beforeEach(async () => {
  ingress = await startFakeIngress();
});
afterEach(() => ingress.stop());

const meterOf = (options: MeterOptions = {}): Meter =>
  createBursar({ url: ingress.url, key: 'bsk_test', timeoutMs: 20_000 }).meter({
    flushMs: 20,
    ...options,
  });

const charge = (index: number, wallet = 'user:ana') => ({
  wallet,
  amount: '1',
  product: 'render',
  idempotency_key: `charge-${index}`,
});

async function chargeMany(meter: Meter, count: number, from = 0): Promise<void> {
  for (let index = from; index < from + count; index += 1) await meter.charge(charge(index));
}

const segmentsIn = (dir: string): string[] =>
  readdirSync(dir).filter((file) => file.endsWith('.segment.ndjson'));

describe('a meter', () => {
  it('takes charges at once and sends them together', async () => {
    await using meter = meterOf({ flushMs: 60_000 });
    await chargeMany(meter, 2_500);
    await meter.flush();
    expect(ingress.accepted.size).toBe(2_500);
    expect(ingress.requests).toBe(3);
    expect(meter.stats()).toMatchObject({ state: 'direct', pending: 0, accepted: 2_500 });
  });

  it('sends by itself after a while', async () => {
    await using meter = meterOf();
    await meter.charge(charge(1));
    await until('the charge is sent', () => ingress.accepted.has('charge-1'));
    expect(meter.stats().state).toBe('direct');
  });

  it('gives each charge a key and the time at which it was made', async () => {
    await using meter = meterOf();
    const before = Date.now();
    const key = await meter.charge({ wallet: 'user:ana', amount: '1', product: 'render' });
    await meter.flush();
    const at = Date.parse(ingress.accepted.get(key)?.charge.occurred_at ?? '');
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    [{ amount: '0' }, /greater than zero/],
    [{ amount: '1e3' }, /decimal string/],
    [{ wallet: 'ana' }, /"wallet"/],
    [{ idempotency_key: 'a b' }, /"idempotency_key"/],
    [{ description: 'x'.repeat(40_000) }, /too large/],
  ])('refuses at once what could never be accepted (%#)', async (wrong, message) => {
    await using meter = meterOf();
    await expect(meter.charge({ ...charge(1), ...wrong })).rejects.toThrow(message);
    expect(meter.stats().pending).toBe(0);
  });

  it('tells of what the server refuses, keeps it with its reason, and sends the rest', async () => {
    const spillDir = temporaryFolder();
    const rejected: RejectedCharge[] = [];
    await using meter = meterOf({ spillDir, onRejected: (one) => rejected.push(one) });
    await meter.charge(charge(1));
    await meter.charge(charge(2, UNKNOWN));
    await meter.charge(charge(3));
    await meter.flush();
    expect([...ingress.accepted.keys()]).toEqual(['charge-1', 'charge-3']);
    expect(rejected).toMatchObject([
      { charge: { idempotency_key: 'charge-2' }, error: { code: 'wallet_not_found' } },
    ]);
    const kept = readFileSync(join(spillDir, 'rejected.ndjson'), 'utf8').trim().split('\n');
    expect(kept.map((line) => JSON.parse(line))).toMatchObject([
      { charge: { wallet: UNKNOWN }, error: { code: 'wallet_not_found' } },
    ]);
    expect(meter.stats()).toMatchObject({ accepted: 2, rejected: 1, pending: 0 });
  });

  it('survives listeners that throw', async () => {
    const fail = (): never => {
      throw new Error('broken listener');
    };
    await using meter = meterOf({ onRejected: fail, onError: fail });
    ingress.moods('away', 'away', 'away', 'well');
    await meter.charge(charge(1, UNKNOWN));
    await meter.charge(charge(2));
    await meter.flush();
    expect(meter.stats()).toMatchObject({ accepted: 1, rejected: 1 });
  });

  it('has bounded memory: without a disk it says when it is full, and that nothing was taken', async () => {
    ingress.moods('away');
    const meter = meterOf({ maxPending: 10, closeMs: 100 });
    await chargeMany(meter, 10);
    await expect(meter.charge(charge(11))).rejects.toMatchObject({
      code: 'meter_full',
      creditsMoved: false,
      retryable: true,
    });
    await expect(meter.close()).rejects.toMatchObject({ code: 'charges_unsent' });
    await expect(meter.charge(charge(12))).rejects.toMatchObject({ code: 'meter_closed' });
  });

  it('keeps what it has through an outage without a disk', async () => {
    ingress.moods('deaf', 'away', 'mute', 'deaf', 'well');
    await using meter = meterOf();
    await chargeMany(meter, 50);
    await meter.flush();
    expect(ingress.accepted.size).toBe(50);
  });

  it('needs a runtime with a disk for a spill folder, and says so', () => {
    const browser = createBrowserBursar({ url: ingress.url, key: 'bsk_test' });
    expect(() => browser.meter({ spillDir: '/nowhere' })).toThrow(/Node/);
    expect(() => meterOf({ durable: 'disk' })).toThrow(/spillDir/);
  });
});

describe('a meter with a disk', () => {
  it('spills while the server is away, replays in order, and goes back to memory', async () => {
    const spillDir = temporaryFolder();
    ingress.moods('away');
    await using meter = meterOf({ spillDir, maxPending: 3_000 });
    for (let index = 0; index < 5_000; index += 1) {
      await until('there is room', async () =>
        meter.charge(charge(index)).then(
          () => true,
          () => false,
        ),
      );
    }
    await until('all of it is on the disk', () => meter.stats().pending === 0);
    expect(meter.stats()).toMatchObject({ state: 'spilling', spilled: 5_000 });
    ingress.moods('well');
    await meter.flush();
    expect([...ingress.accepted.keys()]).toEqual(
      Array.from({ length: 5_000 }, (_, index) => `charge-${index}`),
    );
    await meter.charge(charge(5_000));
    await meter.flush();
    expect(meter.stats()).toMatchObject({ state: 'direct', spilled: 0, accepted: 5_001 });
    expect(segmentsIn(spillDir)).toEqual([]);
  });

  it('leaves to the disk what it cannot send before it ends; the next one sends it', async () => {
    const spillDir = temporaryFolder();
    ingress.moods('deaf');
    const first = meterOf({ spillDir });
    await chargeMany(first, 30);
    await first.close();
    expect(first.stats()).toMatchObject({ state: 'closed', pending: 0, spilled: 30 });
    ingress.moods('well');
    await using next = meterOf({ spillDir });
    await next.flush();
    expect(ingress.accepted.size).toBe(30);
    expect(segmentsIn(spillDir)).toEqual([]);
  });

  it('with "durable: disk" has every charge on the disk when it says so', async () => {
    const spillDir = temporaryFolder();
    ingress.moods('away');
    const meter = meterOf({ spillDir, durable: 'disk' });
    await Promise.all(Array.from({ length: 200 }, (_, index) => meter.charge(charge(index))));
    const lines = segmentsIn(spillDir)
      .map((file) => readFileSync(join(spillDir, file), 'utf8'))
      .join('');
    for (let index = 0; index < 200; index += 1) expect(lines).toContain(`"charge-${index}"`);
    ingress.moods('well');
    await meter.close();
    expect(ingress.accepted.size).toBe(200);
  });

  it('leaves the charges of another account alone', async () => {
    const spillDir = temporaryFolder();
    ingress.moods('away');
    const first = meterOf({ spillDir, account: 'mine' });
    await first.charge(charge(1));
    await first.close();
    ingress.moods('well');
    const other = meterOf({ spillDir, account: 'theirs' });
    await other.close();
    expect(ingress.accepted.size).toBe(0);
    await using same = meterOf({ spillDir, account: 'mine' });
    await same.flush();
    expect(ingress.accepted.size).toBe(1);
  });

  it('stops taking charges when the disk may hold no more', async () => {
    ingress.moods('away');
    await using meter = meterOf({ spillDir: temporaryFolder(), maxSpillBytes: 2_000 });
    await expect(
      (async () => {
        for (let index = 0; ; index += 1) {
          await meter.charge(charge(index));
          await until('it is on the disk', () => meter.stats().pending === 0);
        }
      })(),
    ).rejects.toMatchObject({ code: 'meter_full' });
    ingress.moods('well');
    await meter.flush();
    await meter.charge(charge(-1));
  });

  it('loses and doubles nothing, whatever the server does and however often it is restarted', async () => {
    const moods = fc.array(fc.constantFrom<Mood>('well', 'away', 'deaf', 'mute', 'partly'), {
      maxLength: 8,
    });
    const life = fc.record({
      moods,
      charges: fc.integer({ min: 0, max: 40 }),
      durable: fc.constantFrom('memory' as const, 'disk' as const),
      maxItems: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 3 }), async (lives) => {
        ingress.accepted.clear();
        const spillDir = temporaryFolder();
        let made = 0;
        for (const { charges, durable, maxItems, ...rest } of lives) {
          ingress.moods(...rest.moods, 'away');
          const meter = meterOf({ spillDir, durable, maxItems, flushMs: 1, closeMs: 200 });
          await chargeMany(meter, charges, made);
          made += charges;
          await meter.close();
        }
        ingress.moods('well');
        const last = meterOf({ spillDir });
        await last.flush();
        await last.close();
        expect(ingress.accepted.size).toBe(made);
        expect(readdirSync(spillDir)).toEqual([]);
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 15), endOnFailure: true },
    );
  });
});
