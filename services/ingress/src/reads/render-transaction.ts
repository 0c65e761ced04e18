import { formatAmount, LOT_KINDS, toPublicId, TRANSACTION_KINDS } from '@bursar/contracts';
import type { TransactionView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { operationId } from '../operations/operation-id.ts';
import { PricingSchema } from '../prices/pricing-schema.ts';
import type { Secrets } from '../service/secrets.ts';
import { CreditsSchema, TimeSchema } from './wire-values.ts';

const text = z.string().nullable();

export const TransactionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(TRANSACTION_KINDS),
    wallet: z.string(),
    amount: CreditsSchema.meta({ description: 'Signed change of credits less debt' }),
    balance_after: CreditsSchema,
    owed_after: CreditsSchema,
    counterparty: text,
    product: text,
    description: text,
    message: text,
    reason: text,
    actor: z.string(),
    operation: text,
    corrects: text.meta({ description: 'The transaction that this one corrects' }),
    hold: text.meta({ description: 'The hold that a charge captured' }),
    metadata: z.record(z.string(), z.string()).nullable(),
    pricing: PricingSchema.nullable(),
    occurred_at: TimeSchema,
    created_at: TimeSchema,
    lots: z.array(z.object({ lot: z.string(), kind: z.enum(LOT_KINDS), amount: CreditsSchema })),
  })
  .meta({ id: 'Transaction', description: 'A transaction as one wallet sees it' });
export type WireTransaction = z.infer<typeof TransactionSchema>;

export const renderTransaction = (secrets: Secrets, view: TransactionView): WireTransaction => ({
  id: toPublicId('txn', view.id),
  kind: view.kind,
  wallet: view.wallet,
  amount: formatAmount(view.amount),
  balance_after: formatAmount(view.balanceAfter),
  owed_after: formatAmount(view.owedAfter),
  counterparty: view.counterparty,
  product: view.product,
  description: view.description,
  message: view.message,
  reason: view.reason,
  actor: view.actor,
  operation: view.operation === null ? null : operationId(secrets, view.operation),
  corrects: view.corrects === null ? null : toPublicId('txn', view.corrects),
  hold: view.hold === null ? null : toPublicId('hold', view.hold),
  metadata: view.metadata,
  pricing: view.pricing,
  occurred_at: view.occurredAt.toISOString(),
  created_at: view.createdAt.toISOString(),
  lots: view.lots.map(({ lot, kind, amount }) => ({
    lot: toPublicId('lot', lot),
    kind,
    amount: formatAmount(amount),
  })),
});
