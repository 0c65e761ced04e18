import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  acceptAll,
  expectEachChargedOnce,
  newCharges,
  sendCharge,
  type SentCharge,
} from '../harness/many-charges.ts';
import { newUser } from '../harness/people.ts';
import { describeOnBackends } from '../harness/queue-backends.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

const AT_ONCE = 40;

describeOnBackends('more charges than can be applied', (backend) => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({
      backend,
      worker: 'none',
      settings: { QUEUE_AGE_MAX_SECONDS: '1' },
    });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  it('are refused once the queue is too far behind; what was accepted is applied once, and so is the rest when it is sent again', async () => {
    const wallets = [await newUser(system.api), await newUser(system.api)];
    const accepted: SentCharge[] = [];
    const refused: SentCharge[] = [];
    await expect
      .poll(
        async () => {
          const charges = newCharges(wallets, AT_ONCE);
          const answers = await Promise.all(charges.map((one) => sendCharge(system.api, one)));
          for (const [at, answered] of answers.entries()) {
            expect([202, 503]).toContain(answered?.status);
            (answered?.status === 202 ? accepted : refused).push(charges[at]!);
          }
          return refused.length;
        },
        { interval: 100 },
      )
      .toBeGreaterThanOrEqual(AT_ONCE);
    expect(accepted.length).toBeGreaterThan(0);

    await system.startWorker();
    await acceptAll(system.api, refused);
    await expectEachChargedOnce(system, [...accepted, ...refused]);
  });
});
