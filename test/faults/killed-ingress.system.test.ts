import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectEachChargedOnce, newCharges, sendCharge } from '../harness/many-charges.ts';
import { newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describeOnBackends('an ingress that is killed', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend, worker: 'none', ingress: 'process' });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  it('has kept every command that it accepted, and takes the others again', async () => {
    const wallets = [await newUser(system.api), await newUser(system.api)];
    const charges = newCharges(wallets, 80);
    let accepted = 0;
    const sending = charges.map(async (charge) => {
      const answered = await sendCharge(system.api, charge);
      if (answered?.status === 202) accepted += 1;
      return answered;
    });
    await until('the first are accepted', () => accepted > 0);
    await system.killIngress('SIGKILL');
    const answers = await Promise.all(sending);
    const kept = charges.filter((_, index) => answers[index]?.status === 202);
    expect(kept.length).toBeGreaterThan(0);

    await system.startIngress('process');
    await system.startWorker();
    // What was accepted happens although nobody asks for it again.
    await until('what was accepted is applied', async () => {
      const seen = await Promise.all(
        kept.map(async (charge) => {
          const id = answers[charges.indexOf(charge)]?.body.id;
          return (await system.api.get(`/v1/operations/${id}`)).body.status;
        }),
      );
      return seen.every((status) => status === 'succeeded');
    });
    for (const charge of charges) await sendCharge(system.api, charge);
    await expectEachChargedOnce(system, charges);
  });

  it('while somebody waits has lost nothing: the same request gets the outcome', async () => {
    const wallet = await newUser(system.api);
    await Promise.all(['charges-0', 'charges-1'].map((name) => system.queues.pause(name)));
    const body = { wallet, amount: '5', product: 'render' };
    const options = { key: `waiting-${wallet}` };
    const waiting = system.api.post('/v1/charges', body, options).catch(() => 'cut off');
    await until('the charge is accepted', async () => {
      const counts = await system.queues.counts();
      return (counts['charges-0']?.waiting ?? 0) + (counts['charges-1']?.waiting ?? 0) > 0;
    });
    await system.killIngress('SIGKILL');
    expect(await waiting).toBe('cut off');
    await Promise.all(['charges-0', 'charges-1'].map((name) => system.queues.resume(name)));
    await system.startIngress('process');
    const again = await system.api.post('/v1/charges', body, options);
    expect(again).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    expect(await system.api.wallet(wallet)).toMatchObject({ owed: '5', version: 1 });
  });
});
