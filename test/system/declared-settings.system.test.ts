import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { startWholeSystem, type WholeSystem } from '../harness/whole-system.ts';

describe('settings that ingress and worker share', { timeout: 120_000 }, () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startWholeSystem({ backend: 'postgres', worker: 'none' });
  });
  afterAll(async () => {
    await expectSoundLedger(system.database);
    await system.stop();
  });

  const differing = async () =>
    (await system.api.get('/v1/attention')).body.data.filter(
      ({ kind }: { kind: string }) => kind === 'settings_differ',
    );

  it('are named to operators while they differ, with both values, and no longer', async () => {
    expect(await differing()).toEqual([]);
    const odd = await system.startWorker('inside', {
      CREDITS_PER_UNIT: '50',
      PURCHASE_MIN: '1000',
    });
    expect(await differing()).toMatchObject([
      { subject: 'CREDITS_PER_UNIT', detail: expect.stringMatching(/100 .* 50 /) },
      { subject: 'PURCHASE_MIN', detail: expect.stringMatching(/500 .* 1000 /) },
    ]);
    await odd.stop();
    const even = await system.startWorker();
    expect(await differing()).toEqual([]);
    await even.stop();
  });
});
