import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Answered, SystemApi } from './system-api.ts';
import { until } from './until.ts';
import type { WholeSystem } from './whole-system.ts';

/** A charge that was sent, to be sent again or followed up under its key. */
export interface SentCharge {
  key: string;
  wallet: string;
  amount: string;
}

export const newCharges = (wallets: readonly string[], count: number): SentCharge[] =>
  Array.from({ length: count }, (_, index) => ({
    key: randomUUID(),
    wallet: wallets[index % wallets.length] ?? '',
    amount: String(1 + (index % 3)),
  }));

/** Sends without waiting; `null` when no answer came. */
export const sendCharge = (api: SystemApi, { key, wallet, amount }: SentCharge) =>
  api
    .post('/v1/charges', { wallet, amount, product: 'fault-test' }, { key, wait: null })
    .catch((): Answered | null => null);

/** Sends all, and the refused and the unanswered again until every one is accepted. */
export async function acceptAll(api: SystemApi, charges: readonly SentCharge[]): Promise<void> {
  for (const charge of charges) {
    await until('the charge is accepted', async () => {
      const answered = await sendCharge(api, charge);
      return answered !== null && [200, 202].includes(answered.status);
    });
  }
}

/** Every charge has one outcome and one effect, and the wallets owe exactly their sum. */
export async function expectEachChargedOnce(
  system: WholeSystem,
  charges: readonly SentCharge[],
): Promise<void> {
  const wallets = [...new Set(charges.map(({ wallet }) => wallet))];
  const sumOf = (wallet: string): number =>
    charges
      .filter((charge) => charge.wallet === wallet)
      .reduce((sum, { amount }) => sum + Number(amount), 0);
  await until('every charge is applied', async () => {
    const counts = await Promise.all(
      wallets.map(async (wallet) => (await system.api.wallet(wallet)).version),
    );
    return counts.reduce((sum, version) => sum + version, 0) >= charges.length;
  });
  for (const wallet of wallets) {
    expect(await system.api.wallet(wallet)).toMatchObject({
      owed: String(sumOf(wallet)),
      version: charges.filter((charge) => charge.wallet === wallet).length,
    });
  }
  // As clients do, a request that met an outage is repeated.
  const answers = await Promise.all(
    charges.map((charge) =>
      until('the charge is answered', async () => {
        const answered = await sendCharge(system.api, charge);
        return answered !== null && answered.status !== 503 && answered;
      }),
    ),
  );
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.status}`))).toEqual(
    new Set(['200 succeeded']),
  );
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(charges.length);
}
