import { z } from 'zod';
import { Owner, OrganizationOwner, UserOwner } from './ids.ts';
import { LOT_KINDS, OPERATION_TYPES, RULE_CYCLES } from './vocabulary.ts';

/**
 * What travels through the queue. Amounts are micro-credits as digit strings, because JSON has no
 * 64-bit integers. Nothing here is a secret or personal data: jobs are readable by every operator.
 */
export const Micro = z.string().regex(/^[1-9]\d{0,17}$/);
/** Nothing may be asked for too, where that ends something. */
const MicroOrZero = z.string().regex(/^(0|[1-9]\d{0,17})$/);
// Operation keys are hashes: shaped as a UUID, but without a version.
const Uuid = z.guid();
const Time = z.iso.datetime();
const text = (max: number) => z.string().min(1).max(max);

/** What makes a command an operation: whose it is, which key names it, what was asked, and when. */
export const OperationHead = z.object({
  /** The operation's key: a keyed hash of caller and Idempotency-Key, shaped as a UUID. */
  key: Uuid,
  /** SHA-256 of the canonical command, cut to 128 bits; another hash under one key is a conflict. */
  hash: Uuid,
  /** Whose key space this is: an API key, or a person through an API key. */
  caller: text(300),
  /** Who the transaction names as its actor. */
  actor: text(200),
  accepted_at: Time,
});
export type OperationHead = z.infer<typeof OperationHead>;

/** Which version of a price rule made the amount, and from what quantity (millionths of a unit). */
export const Pricing = z.object({
  price: text(64),
  version: z.int().positive(),
  quantity: z.string().regex(/^\d{1,18}$/),
});
export type Pricing = z.infer<typeof Pricing>;

export const ChargeItem = OperationHead.extend({
  wallet: Owner,
  amount: Micro,
  product: text(100),
  description: text(500).optional(),
  occurred_at: Time.optional(),
  on_behalf_of: OrganizationOwner.optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  pricing: Pricing.optional(),
});
export type ChargeItem = z.infer<typeof ChargeItem>;

export const ApplyChargesJob = z.object({ items: z.array(ChargeItem).min(1).max(500) });

const command = <Type extends (typeof OPERATION_TYPES)[number], Shape extends z.ZodRawShape>(
  type: Type,
  shape: Shape,
) => z.object({ type: z.literal(type), ...shape });

/** Every command but charges, one after the other in its own transaction. */
export const LedgerCommand = z.discriminatedUnion('type', [
  command('grant', {
    wallet: Owner,
    amount: Micro,
    kind: z.enum(['promotional', 'adjustment', 'subscription']),
    expires_at: Time.optional(),
    effective_at: Time.optional(),
    priority: z.int().optional(),
    reason: text(500),
  }),
  command('transfer', {
    from: Owner,
    to: Owner,
    amount: Micro,
    kind: z.enum(LOT_KINDS).optional(),
    message: text(500).optional(),
    /** An operator may move credits between any two wallets. */
    unrestricted: z.boolean(),
  }),
  command('allocation', {
    from: OrganizationOwner,
    recipients: z.union([
      z.literal('all'),
      z.array(UserOwner),
      z.array(z.object({ user: UserOwner, amount: Micro })),
      /** Too many for a message: they are stored under this id. */
      z.object({ list: Uuid }),
    ]),
    /** For everybody; absent when each recipient, or the stored list, has amounts. */
    amount_per_recipient: Micro.optional(),
    kind: z.enum(LOT_KINDS).optional(),
    reason: text(500).optional(),
  }),
  command('reversal', { transaction: Uuid, amount: Micro.optional(), reason: text(500) }),
  command('hold', {
    wallet: Owner,
    amount: Micro,
    product: text(100),
    on_behalf_of: OrganizationOwner.optional(),
    expires_in: z.int(),
    /** How far captures may go into debt beyond the wallet's limit. */
    overdraft: MicroOrZero.optional(),
    pricing: Pricing.optional(),
  }),
  command('hold_capture', {
    hold: Uuid,
    amount: MicroOrZero.optional(),
    final: z.boolean(),
    /** Whoever asks may capture what is set aside, and charge nothing beyond it. */
    within: z.boolean().optional(),
    pricing: Pricing.optional(),
  }),
  command('hold_release', { hold: Uuid }),
  /** `amount` is the new total. */
  command('hold_extension', { hold: Uuid, expires_in: z.int(), amount: Micro.optional() }),
  command('credit_request', {
    organization: OrganizationOwner,
    member: UserOwner,
    amount: Micro,
    reason: text(500).optional(),
  }),
  command('credit_request_approval', { request: Uuid, amount: Micro.optional() }),
  command('credit_request_rejection', { request: Uuid, reason: text(500).optional() }),
  command('credit_request_cancellation', { request: Uuid }),
  command('allocation_undo', { allocation: Uuid, reason: text(500).optional() }),
  command('default_allocation', {
    organization: OrganizationOwner,
    member: UserOwner,
    amount: Micro,
  }),
  command('seat_assignment', { organization: OrganizationOwner, member: UserOwner }),
  command('seat_revocation', { organization: OrganizationOwner, member: UserOwner }),
  command('member_removal', { organization: OrganizationOwner, member: UserOwner }),
  command('rule_simulation', {
    organization: OrganizationOwner,
    rule: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('refill'), every: z.enum(RULE_CYCLES), amount: Micro }),
      z.object({ kind: z.literal('cap'), every: z.enum(RULE_CYCLES), share_percent: z.int() }),
      z.object({ kind: z.literal('sweep'), every: z.enum(RULE_CYCLES), idle_days: z.int() }),
    ]),
    periods: z.int(),
  }),
  command('organization_deletion', {
    organization: OrganizationOwner,
    /** The organization's name, as it was typed. */
    confirm: text(200),
    /** The credits of the pool that are given up; absent when nobody said so. */
    forfeit: MicroOrZero.optional(),
    /** Subscriptions end with it, now and at Stripe. */
    end_subscriptions: z.boolean().optional(),
  }),
]);
export type LedgerCommand = z.infer<typeof LedgerCommand>;
export type LedgerCommandOf<Type extends LedgerCommand['type']> = Extract<
  LedgerCommand,
  { type: Type }
>;

/** The commands about holds, which are gathered and applied many at once. */
export type HoldCommand = LedgerCommandOf<
  'hold' | 'hold_capture' | 'hold_release' | 'hold_extension'
>;

export const ApplyCommandJob = z.object({ operation: OperationHead, command: LedgerCommand });

/** The order as it was quoted: money in minor units, credits in micro-credits. */
export const PurchaseOrder = z.object({
  wallet: Owner,
  credits: Micro,
  subtotal: z.int().nonnegative(),
  currency: z.string().regex(/^[a-z]{3}$/),
  pack: z.string().optional(),
  /** Pinned by a quote; otherwise the lifetime that is sold when the order is opened. */
  expiry_months: z.int().nonnegative().optional(),
  promotion_code: text(100).optional(),
  success_url: z.string().max(2000).optional(),
  cancel_url: z.string().max(2000).optional(),
  /** The customer agreed to have the card saved for charges they are not there for. */
  save_card: z.boolean().optional(),
  /** How long the page stays open; an hour when nothing is said. */
  page_minutes: z.int().min(31).max(1_439).optional(),
});
export type PurchaseOrder = z.infer<typeof PurchaseOrder>;

export const OpenPurchaseJob = z.object({ operation: OperationHead, order: PurchaseOrder });

/** What somebody wants of an order that exists. */
export const PurchaseChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cancellation'), purchase: Uuid }),
  z.object({
    type: z.literal('refund'),
    purchase: Uuid,
    /** Minor units, taxes included; all that is left without it. */
    amount: z.int().positive().optional(),
    reason: text(500),
    override: z.boolean(),
  }),
]);
export type PurchaseChange = z.infer<typeof PurchaseChange>;

export const ChangePurchaseJob = z.object({ operation: OperationHead, change: PurchaseChange });
/** What somebody wants of a subscription: a new one, or a change of one that is there. */
export const SubscriptionCommand = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('order'),
    wallet: Owner,
    plan: text(40),
    quantity: z.int().positive(),
    success_url: z.string().max(2000).optional(),
    cancel_url: z.string().max(2000).optional(),
  }),
  z.object({
    type: z.literal('plan'),
    subscription: Uuid,
    plan: text(40).optional(),
    quantity: z.int().positive().optional(),
  }),
  z.object({ type: z.literal('cancel'), subscription: Uuid }),
  z.object({ type: z.literal('resume'), subscription: Uuid }),
  /** Now, and nothing of the running period is given back. */
  z.object({ type: z.literal('end'), subscription: Uuid }),
]);
export type SubscriptionCommand = z.infer<typeof SubscriptionCommand>;

export const ChangeSubscriptionJob = z.object({
  operation: OperationHead,
  command: SubscriptionCommand,
});

/** A question that only Stripe can answer; the answer waits under `id` for the ingress that asked. */
export const AskPaymentsJob = z.object({
  id: Uuid,
  question: z.discriminatedUnion('type', [
    z.object({ type: z.literal('portal'), wallet: Owner, return_url: z.string().max(2000) }),
    z.object({ type: z.literal('invoice_links'), invoice: text(255) }),
    z.object({ type: z.literal('payment_links'), payment_intent: text(255) }),
  ]),
});

/** Something to be done at Stripe that nobody waits for; its UUID. */
export const RunErrandJob = z.object({ errand: Uuid });

export const HandleStripeEventJob = z.object({ event: text(255) });
export const FulfilPurchaseJob = z.object({ session: text(255) });

/** Tries to buy for a wallet whose credits ran low, or finds out what became of the try. */
export const TopUpJob = z.object({ attempt: Uuid });

/** What somebody wants done with a wallet's saved cards; `card` is Stripe's id. */
export const CardCommand = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('card_setup'),
    wallet: Owner,
    success_url: z.string().max(2000).optional(),
    cancel_url: z.string().max(2000).optional(),
  }),
  z.object({ type: z.literal('card_removal'), wallet: Owner, card: text(255) }),
  z.object({ type: z.literal('card_default'), wallet: Owner, card: text(255) }),
]);
export type CardCommand = z.infer<typeof CardCommand>;

export const CardCommandJob = z.object({ operation: OperationHead, command: CardCommand });

/** Runs a command and takes it back; the answer waits under `id` for the ingress that asked. */
export const PreviewJob = z.object({
  id: Uuid,
  operation: OperationHead,
  command: z.union([
    z.object({ type: z.literal('charge'), charge: ChargeItem }),
    z.object({ type: z.literal('purchase'), order: PurchaseOrder }),
    /** Nothing to take back: where Stripe shows the receipt now. */
    z.object({ type: z.literal('receipt'), purchase: Uuid }),
    z.object({ type: z.literal('command'), command: LedgerCommand }),
  ]),
});

/** A fact that the ledger committed; `fact` is the outbox row. */
export const NotifyJob = z.object({ fact: z.string().regex(/^\d{1,19}$/) });

/** A run of the reconciliation that was written down; its UUID. */
export const ReconcileJob = z.object({ run: Uuid });

export const TickJob = z.object({ schedule: text(100) });

export const jobPayloads = {
  'apply-charges': ApplyChargesJob,
  'apply-command': ApplyCommandJob,
  preview: PreviewJob,
  'open-purchase': OpenPurchaseJob,
  'change-purchase': ChangePurchaseJob,
  'change-subscription': ChangeSubscriptionJob,
  'ask-payments': AskPaymentsJob,
  'handle-stripe-event': HandleStripeEventJob,
  'fulfil-purchase': FulfilPurchaseJob,
  'top-up': TopUpJob,
  'card-command': CardCommandJob,
  'run-errand': RunErrandJob,
  notify: NotifyJob,
  reconcile: ReconcileJob,
  tick: TickJob,
} as const;

export type JobName = keyof typeof jobPayloads;
export type JobPayload<Name extends JobName> = z.infer<(typeof jobPayloads)[Name]>;
