import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { newIdempotencyKey } from '../transport/idempotency-key.ts';
import type { BatchItem, ChargeInput, ReversalInput } from '../types/inputs.ts';
import type { BatchOutcome, ChargeResult, ReversalResult } from '../types/results.ts';
import { ask, issue, many, preview, type ManyOptions } from './issue.ts';

export const charges = (settings: Settings) => ({
  /** Charges a wallet for usage. */
  create: issue<[charge: ChargeInput], ChargeResult>(settings, 1, (body) => ({
    route: ROUTES.createCharge,
    body,
  })),
  preview: (charge: ChargeInput, options?: CallOptions) =>
    preview<ChargeResult>(settings, { route: ROUTES.createCharge, body: charge }, options),
  /**
   * Up to 1,000 charges in one request, each under its own key; outcomes are in the order of the
   * charges. A repetition within this call uses the same keys.
   */
  async batch(batch: readonly BatchItem[], options: ManyOptions = {}): Promise<BatchOutcome[]> {
    const items = batch.map((item) => ({
      ...item,
      idempotency_key: item.idempotency_key ?? newIdempotencyKey(),
    }));
    const answered = await ask<{ data: BatchOutcome[] }>(
      settings,
      { route: ROUTES.createChargeBatch, body: { charges: items }, ...many(options) },
      options,
    );
    return answered.data;
  },
  /** Gives a charge back; the credits return to the lots they came from. */
  reverse: issue<[transaction: string, reversal: ReversalInput], ReversalResult>(
    settings,
    2,
    (transaction, body) => ({ route: ROUTES.reverseCharge, params: { transaction }, body }),
  ),
});
