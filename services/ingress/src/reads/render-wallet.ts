import { formatAmount, LOT_KINDS, PURCHASE_STATUSES, toPublicId } from '@bursar/contracts';
import type { HoldView, LotView, PurchaseView, WalletView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { PricingSchema } from '../prices/pricing-schema.ts';
import { CreditsSchema, MoneySchema, timeText, TimeSchema } from './wire-values.ts';

export const WalletSchema = z
  .object({
    wallet: z.string(),
    balance: CreditsSchema,
    available: CreditsSchema,
    held: CreditsSchema,
    frozen: CreditsSchema,
    owed: CreditsSchema,
    by_kind: z.record(z.string(), CreditsSchema),
    by_organization: z.record(z.string(), CreditsSchema).meta({
      description:
        'What of the balance organizations handed out, and take back from whoever leaves',
    }),
    expiring: z.array(z.object({ at: TimeSchema, amount: CreditsSchema })).meta({
      description:
        'All that expires unless it is spent: the next five moments, then by day (UTC); of at most 400 entries the last holds the rest',
    }),
    overdraft_limit: CreditsSchema.nullable(),
    soft_landing_limit: CreditsSchema,
    low_balance_at: CreditsSchema,
    as_of: TimeSchema,
    version: z.int(),
    closed_at: TimeSchema.nullable().meta({ description: 'When its owner was deleted' }),
  })
  .meta({ id: 'Wallet', description: 'available = balance - held - frozen, at one moment' });

const formatEach = (amounts: Readonly<Record<string, bigint>>): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, formatAmount(amount)]));

export const renderWallet = (view: WalletView): z.infer<typeof WalletSchema> => ({
  wallet: view.wallet,
  balance: formatAmount(view.balance),
  available: formatAmount(view.available),
  held: formatAmount(view.held),
  frozen: formatAmount(view.frozen),
  owed: formatAmount(view.owed),
  by_kind: formatEach(view.byKind),
  by_organization: formatEach(view.byOrganization),
  expiring: view.expiring.map(({ at, amount }) => ({
    at: at.toISOString(),
    amount: formatAmount(amount),
  })),
  overdraft_limit: view.overdraftLimit === null ? null : formatAmount(view.overdraftLimit),
  soft_landing_limit: formatAmount(view.softLandingLimit),
  low_balance_at: formatAmount(view.lowBalanceAt),
  as_of: view.asOf.toISOString(),
  version: Number(view.version),
  closed_at: timeText(view.closedAt),
});

export const LotSchema = z
  .object({
    id: z.string(),
    wallet: z.string(),
    kind: z.enum(LOT_KINDS),
    state: z.enum(['live', 'upcoming', 'frozen', 'expired', 'spent']),
    priority: z.int(),
    amount: CreditsSchema,
    remaining: CreditsSchema,
    held: CreditsSchema,
    unit_cost: z.string().meta({
      description: 'Millionths of a minor unit that were paid for one credit; "0" when given',
    }),
    effective_at: TimeSchema,
    expires_at: TimeSchema.nullable(),
    created_at: TimeSchema,
    transaction: z.string(),
    parent_lot: z.string().nullable(),
    allocated_by: z.string().nullable(),
    purchase: z.string().nullable(),
  })
  .meta({ id: 'Lot', description: 'Credits that entered a wallet together' });

export const renderLot = (view: LotView): z.infer<typeof LotSchema> => ({
  id: toPublicId('lot', view.id),
  wallet: view.wallet,
  kind: view.kind,
  state: view.state,
  priority: view.priority,
  amount: formatAmount(view.amount),
  remaining: formatAmount(view.remaining),
  held: formatAmount(view.held),
  unit_cost: view.unitCost.toString(),
  effective_at: view.effectiveAt.toISOString(),
  expires_at: timeText(view.expiresAt),
  created_at: view.createdAt.toISOString(),
  transaction: toPublicId('txn', view.transaction),
  parent_lot: view.parentLot === null ? null : toPublicId('lot', view.parentLot),
  allocated_by: view.allocatedBy,
  purchase: view.purchase === null ? null : toPublicId('pur', view.purchase),
});

export const HoldSchema = z
  .object({
    id: z.string(),
    wallet: z.string(),
    amount: CreditsSchema,
    captured: CreditsSchema,
    status: z.enum(['open', 'captured', 'released', 'expired']),
    product: z.string(),
    overdraft: CreditsSchema.meta({
      description: 'Debt that captures may make beyond the limit of the wallet',
    }),
    overdraft_used: CreditsSchema,
    on_behalf_of: z.string().nullable(),
    pricing: PricingSchema.nullable(),
    expires_at: TimeSchema,
    created_at: TimeSchema,
    closed_at: TimeSchema.nullable(),
  })
  .meta({ id: 'Hold', description: 'Credits set aside before work starts' });

export const renderHold = (view: HoldView): z.infer<typeof HoldSchema> => ({
  id: toPublicId('hold', view.id),
  wallet: view.wallet,
  amount: formatAmount(view.amount),
  captured: formatAmount(view.captured),
  status: view.status,
  product: view.product,
  overdraft: formatAmount(view.overdraft),
  overdraft_used: formatAmount(view.overdraftUsed),
  on_behalf_of: view.onBehalfOf,
  pricing: view.pricing,
  expires_at: view.expiresAt.toISOString(),
  created_at: view.createdAt.toISOString(),
  closed_at: timeText(view.closedAt),
});

export const PurchaseSchema = z
  .object({
    id: z.string(),
    status: z.enum(PURCHASE_STATUSES),
    wallet: z.string(),
    credits: CreditsSchema,
    bonus: CreditsSchema.meta({ description: 'What a bonus code adds' }),
    subtotal: MoneySchema,
    discount: MoneySchema,
    tax: MoneySchema,
    total: MoneySchema.meta({ description: 'What is to be paid, or was, taxes included' }),
    pack: z.string().nullable(),
    promotion_code: z.string().nullable(),
    checkout_url: z.string().nullable(),
    processing_since: TimeSchema.nullable().meta({
      description: 'Since when the money is on its way, as with a bank debit',
    }),
    taken_back: CreditsSchema,
    transaction: z.string().nullable(),
    actor: z.string(),
    created_at: TimeSchema,
    settled_at: TimeSchema.nullable(),
  })
  .meta({ id: 'Purchase', description: 'An order and what became of it' });

export function renderPurchase(view: PurchaseView): z.infer<typeof PurchaseSchema> {
  const money = (amount: bigint) => ({ amount: Number(amount), currency: view.currency });
  return {
    id: toPublicId('pur', view.id),
    status: view.status,
    wallet: view.wallet,
    credits: formatAmount(view.credits),
    bonus: formatAmount(view.bonus),
    subtotal: money(view.subtotal),
    discount: money(view.discount),
    tax: money(view.tax),
    total: money(view.total),
    pack: view.pack,
    promotion_code: view.promotionCode,
    checkout_url:
      view.status === 'awaiting_payment' && view.processingSince === null ? view.checkoutUrl : null,
    processing_since: timeText(view.processingSince),
    taken_back: formatAmount(view.takenBack),
    transaction: view.transaction === null ? null : toPublicId('txn', view.transaction),
    actor: view.actor,
    created_at: view.createdAt.toISOString(),
    settled_at: timeText(view.settledAt),
  };
}
