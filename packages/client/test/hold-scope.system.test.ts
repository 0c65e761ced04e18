import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../../../test/harness/sound-ledger.ts';
import { until } from '../../../test/harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../../../test/harness/whole-system.ts';
import { BursarRejection, createBursar, type Bursar } from '../src/node.ts';

let system: WholeSystem;
let bursar: Bursar;
let wallet: string;
let people = 0;
beforeAll(async () => {
  system = await startWholeSystem({ backend: 'postgres' });
  bursar = createBursar({ url: system.url, key: system.operatorKey });
});
beforeEach(async () => {
  people += 1;
  ({ wallet } = await bursar.users.put(`ana-${people}`, { name: 'Ana' }));
  const grant = { wallet, amount: '100', kind: 'promotional' as const, reason: 'Opening' };
  await bursar.grants.create(grant, { wait: true });
});
afterAll(async () => {
  await expectSoundLedger(system.database);
  await system.stop();
});

const hold = (amount: string, extra: object = {}) => ({
  wallet,
  amount,
  product: 'render',
  ...extra,
});
const figures = async () => {
  const { balance, held, available } = await bursar.wallets.get(wallet);
  return { balance, held, available };
};

describe('the scope of a hold', () => {
  it('frees what was not captured when it is left', async () => {
    {
      await using open = await bursar.holds.open(hold('30'));
      expect(await figures()).toEqual({ balance: '100', held: '30', available: '70' });
      await open.capture('12', { idempotencyKey: `first-${wallet}` });
      expect(open.state.status).toBe('captured');
    }
    expect(await figures()).toEqual({ balance: '88', held: '0', available: '88' });
  });

  it('frees everything when its body throws, and lets the error through', async () => {
    const failing = bursar.holds.with(hold('30'), () => {
      throw new Error('The render failed');
    });
    await expect(failing).rejects.toThrow('The render failed');
    expect(await figures()).toEqual({ balance: '100', held: '0', available: '100' });
  });

  it('is captured in parts, and frees the rest', async () => {
    const total = await bursar.holds.with(hold('30'), async (open) => {
      await open.capture({ amount: '5', final: false });
      await open.capture({ amount: '6', final: false });
      return open.state.captured;
    });
    expect(total).toBe('11');
    expect(await figures()).toEqual({ balance: '89', held: '0', available: '89' });
  });

  it('waits for a capture that its body did not wait for', async () => {
    await bursar.holds.with(hold('30'), (open) => {
      void open.capture('7');
    });
    expect(await figures()).toEqual({ balance: '93', held: '0', available: '93' });
  });

  it('is not opened when there are not enough credits', async () => {
    await expect(bursar.holds.open(hold('101'))).rejects.toMatchObject({
      code: 'insufficient_credits',
    });
  });

  it('is extended as long as it is open, if asked for', async () => {
    await using open = await bursar.holds.open(hold('30', { expires_in: 2 }), { keepAlive: true });
    const first = Date.parse(open.state.expires_at);
    await until('it lives longer than it was asked for', () => Date.now() > first + 500);
    expect(open.signal.aborted).toBe(false);
    const { charge } = await open.capture('30');
    expect(charge?.amount).toBe('30');
  });

  it('tells its work when it is lost', async () => {
    await using open = await bursar.holds.open(hold('30', { expires_in: 2 }), { keepAlive: true });
    await bursar.holds.release(open.id, { wait: true });
    await until('the work is told', () => open.signal.aborted);
    expect(open.signal.reason).toBeInstanceOf(BursarRejection);
    await expect(open.capture('1')).rejects.toMatchObject({ code: 'hold_not_open' });
  });

  it('that cannot be released is left to its expiry, and hides no error', async () => {
    const warnings: string[] = [];
    let away = false;
    const flaky = createBursar({
      url: system.url,
      key: system.operatorKey,
      retries: 0,
      logger: { warn: (message) => warnings.push(message) },
      fetch: (...args) => (away ? Promise.reject(new Error('no route')) : fetch(...args)),
    });
    const failing = flaky.holds.with(hold('30', { expires_in: 1 }), () => {
      away = true;
      throw new Error('The render failed');
    });
    await expect(failing).rejects.toThrow('The render failed');
    expect(warnings).toEqual(['A hold was not released and is left to its expiry']);
    const [left] = await bursar.wallets.holds(wallet).take(1);
    const expiresAt = Date.parse(left?.expires_at ?? '');
    await until('its time has come', () => Date.now() > expiresAt + 100);
    // Whoever touches it first ends it; otherwise the sweeper does.
    const late = bursar.holds.capture(left?.id ?? '', {}, { wait: true });
    await expect(late).rejects.toMatchObject({ code: 'hold_not_open' });
    await until('it is freed', async () => (await figures()).available === '100', 150_000);
  });

  it('keeps a hold whose capture got no answer, so that it can be repeated under its key', async () => {
    let lose = false;
    const flaky = createBursar({
      url: system.url,
      key: system.operatorKey,
      retries: 0,
      fetch: (...args) => (lose ? Promise.reject(new Error('no route')) : fetch(...args)),
    });
    const failing = flaky.holds.with(hold('30'), async (open) => {
      lose = true;
      await open.capture('20', { idempotencyKey: `capture-${open.id}` }).finally(() => {
        lose = false;
      });
    });
    const error = await failing.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ creditsMoved: 'unknown', code: 'connection_failed' });
    expect(await figures()).toMatchObject({ held: '30' });
    const [open] = await bursar.wallets.holds(wallet).take(1);
    const key = { idempotencyKey: `capture-${open?.id}` };
    await bursar.holds.capture(open?.id ?? '', { amount: '20' }, { ...key, wait: true });
    expect(await figures()).toEqual({ balance: '80', held: '0', available: '80' });
  });
});
