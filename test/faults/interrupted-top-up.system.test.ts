import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { newToppedUpWallet } from '../harness/topped-up-wallet.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describeOnBackends('a top-up that is interrupted', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend, worker: 'process' });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  it(
    'payment case 59: the worker dies between the charge and the grant, and it is granted once',
    {
      timeout: 120_000,
    },
    async () => {
      const ana = await newToppedUpWallet(system);
      // Nobody but the job itself may find out.
      await system.emulator.deliveries('drop');
      await system.emulator.fault('POST /v1/payment_intents', 'slow');
      await ana.spend('40');
      await until(
        'the card is being charged',
        async () => (await ana.state()).attempts[0]?.status === 'charging',
      );
      await system.killWorker('SIGKILL');
      await until('the card was charged', async () => (await ana.payments()).length === 1);
      expect(await ana.balance()).toBe('10');
      await system.startWorker('process');
      await until('it is granted', async () => (await ana.balance()) === '1010', 60_000);
      await untilQuiet(system, 30_000);
      expect(await ana.balance()).toBe('1010');
      expect(await ana.payments()).toMatchObject([{ status: 'succeeded' }]);
    },
  );
});
