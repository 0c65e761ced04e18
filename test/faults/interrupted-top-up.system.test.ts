import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startDeafServer } from '../harness/deaf-server.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { newToppedUpWallet, type ToppedUpWallet } from '../harness/topped-up-wallet.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const CHARGE = 'POST /v1/payment_intents';

describeOnBackends('a top-up that is interrupted', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend, worker: 'process' });
  });
  afterEach(async () => {
    await system.emulator.clearFaults();
    await system.emulator.deliveries('normal');
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const expectOneGrant = async (ana: ToppedUpWallet): Promise<void> => {
    await until('it is granted', async () => (await ana.balance()) === '1010');
    await untilQuiet(system);
    expect(await ana.balance()).toBe('1010');
    expect(await ana.payments()).toMatchObject([{ status: 'succeeded' }]);
  };

  it('payment case 59: the worker dies between the charge and the grant, and it is granted once', async () => {
    const ana = await newToppedUpWallet(system);
    // Nobody but the job itself may find out.
    await system.emulator.deliveries('drop');
    await system.emulator.fault(CHARGE, 'slow');
    await ana.spend('40');
    // The try is under way before its request leaves, so its state does not say that it arrived.
    await until('Stripe has got the request', () => system.emulator.struck(CHARGE));
    await system.killWorker('SIGKILL');
    await until('the card was charged', async () => (await ana.payments()).length === 1);
    expect(await ana.balance()).toBe('10');
    await system.startWorker('process');
    await expectOneGrant(ana);
  });

  it('the worker dies before its request reaches Stripe: the next one charges, once', async () => {
    const ana = await newToppedUpWallet(system);
    await system.killWorker('SIGTERM');
    const nowhere = await startDeafServer();
    try {
      await system.startWorker('process', { STRIPE_API_URL: nowhere.url });
      await ana.spend('40');
      await until('it asks Stripe', () => nowhere.heard.includes(CHARGE));
      await system.killWorker('SIGKILL');
    } finally {
      await nowhere.stop();
    }
    expect(await ana.state()).toMatchObject({ attempts: [{ status: 'charging' }] });
    expect(await ana.payments()).toEqual([]);
    await system.emulator.deliveries('drop');
    await system.startWorker('process');
    await expectOneGrant(ana);
  });
});
