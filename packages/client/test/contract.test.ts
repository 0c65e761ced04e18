import * as contracts from '@bursar/contracts';
import type { z } from 'zod';
import { expect, it } from 'vitest';
import type * as client from '../src/node.ts';

/**
 * What the server's schema takes, as the client spells it: `preview` has methods of its own, and
 * what the schema reads by hand is `unknown` to its type: amounts, and the quantities beside them.
 */
type Taken<Schema extends z.ZodType> = Spelled<Omit<z.input<Schema>, 'preview'>>;
type Spelled<Body> = {
  [Key in keyof Body]: unknown extends Body[Key]
    ? string | number | Nullable<Key> | (Body extends Record<Key, unknown> ? never : undefined)
    : Body[Key];
};
/** Among what is `unknown`, these may also be cleared. */
type Nullable<Key> = Key extends
  | 'default_allocation'
  | 'seat_allocation'
  | 'auto_approve_below'
  | 'auto_approve_monthly'
  | 'overdraft_limit'
  ? null
  : never;
type Flat<Body> = { [Key in keyof Body]: Body[Key] };

/** Whether the two take the same fields; `never` names what differs. */
type Same<Schema extends z.ZodType, Input> = [Taken<Schema>, Flat<Input>];

const same = <Pair extends [object, object]>(
  ..._proof: Pair[0] extends Pair[1]
    ? Pair[1] extends Pair[0]
      ? [keyof Pair[0] | keyof Pair[1]] extends [keyof Pair[0] & keyof Pair[1]]
        ? []
        : [differs: Exclude<keyof Pair[0] | keyof Pair[1], keyof Pair[0] & keyof Pair[1]>]
      : ['the client takes what the server does not']
    : ['the server takes what the client does not']
): void => undefined;

/**
 * When this does not compile, a body in packages/contracts has changed: change the input in
 * packages/client/src/types/inputs.ts with it.
 */
it('takes the bodies that the server takes, field by field', () => {
  same<Same<typeof contracts.ChargeBody, client.ChargeInput>>();
  same<Same<typeof contracts.ReversalBody, client.ReversalInput>>();
  same<Same<typeof contracts.HoldBody, client.HoldInput>>();
  same<Same<typeof contracts.CaptureBody, client.CaptureInput>>();
  same<Same<typeof contracts.ExtensionBody, client.ExtensionInput>>();
  same<Same<typeof contracts.TransferBody, client.TransferInput>>();
  same<
    [
      Omit<Taken<typeof contracts.AllocationBody>, 'recipients'>,
      Flat<Omit<client.AllocationInput, 'recipients'>>,
    ]
  >();
  same<Same<typeof contracts.PurchaseBody, client.PurchaseInput>>();
  same<Same<typeof contracts.QuoteBody, client.QuoteInput>>();
  same<Same<typeof contracts.GrantBody, client.GrantInput>>();
  same<Same<typeof contracts.CreditRequestBody, client.CreditRequestInput>>();
  same<Same<typeof contracts.ApprovalBody, client.ApprovalInput>>();
  same<Same<typeof contracts.ReasonBody, client.ReasonInput>>();
  same<Same<typeof contracts.UserBody, client.UserInput>>();
  same<Same<typeof contracts.OrganizationBody, client.OrganizationInput>>();
  same<Same<typeof contracts.OrganizationSettingsBody, client.OrganizationSettingsInput>>();
  same<Same<typeof contracts.WalletSettingsBody, client.WalletSettingsInput>>();
  same<Same<typeof contracts.MemberBody, client.MemberInput>>();
  same<Same<typeof contracts.ApiKeyBody, client.ApiKeyInput>>();
  same<Same<typeof contracts.BudgetBody, client.BudgetInput>>();
  same<Same<typeof contracts.OrganizationDeletionBody, client.OrganizationDeletionInput>>();
  same<Same<typeof contracts.OwnershipBody, client.OwnershipInput>>();
  same<Same<typeof contracts.RefundBody, client.RefundInput>>();
  same<Same<typeof contracts.CardSetupBody, client.CardSetupInput>>();
  same<
    [
      Spelled<Extract<z.input<typeof contracts.AutoTopUpBody>, { enabled: true }>>,
      Flat<Extract<client.AutoTopUpInput, { enabled: true }>>,
    ]
  >();
  same<Same<typeof contracts.PlanBody, client.PlanInput>>();
  same<Same<typeof contracts.SubscriptionBody, client.SubscriptionInput>>();
  same<Same<typeof contracts.SubscriptionChangeBody, client.SubscriptionChangeInput>>();
  same<Same<typeof contracts.PortalSessionBody, client.PortalSessionInput>>();
  same<Same<typeof contracts.BonusCodeBody, client.BonusCodeInput>>();
  same<Same<typeof contracts.InvitationBody, client.InvitationInput>>();
  same<Same<typeof contracts.AcceptanceBody, client.AcceptanceInput>>();
  same<
    [
      Omit<Taken<typeof contracts.WebhookBody>, 'event_types'>,
      Flat<Omit<client.WebhookInput, 'event_types'>>,
    ]
  >();
  same<
    [
      Omit<Taken<typeof contracts.WebhookChanges>, 'event_types'>,
      Flat<Omit<client.WebhookChangesInput, 'event_types'>>,
    ]
  >();
  same<Same<typeof contracts.WebhookReplayBody, client.WebhookReplayInput>>();
  expectRead(contracts.PriceBody, TIERS);
  expectRead(contracts.DecisionsBody, DECISIONS);
  expectRead(contracts.NoticePreferencesBody, { preferences: CHOICES });
  expectRead(contracts.OrganizationPreferencesBody, { preferences: ORGANIZATION_CHOICES });
  expectRead(contracts.AllocationBody, INDIVIDUAL);
  for (const rule of RULES) expectRead(contracts.RuleBody, rule);
  for (const terms of TOP_UPS) expectRead(contracts.AutoTopUpBody, terms);
});

/** Types do not reach into amounts, so a price with all of its parts is read by the server's schema. */
const TIERS: client.PriceInput = {
  event_type: 'ai.tokens',
  product: 'assistant',
  meter: 'tokens',
  description: 'Tokens in',
  model: {
    type: 'graduated',
    per: 1_000,
    tiers: [
      { up_to: 1_000, rate: 0 },
      { up_to: null, rate: '0.5', flat: '1' },
    ],
  },
  rounding: 'up',
  minimum: '0.01',
};

const INDIVIDUAL: client.AllocationInput = {
  from: 'org:acme',
  recipients: [{ user: 'user:ana', amount: '12.5' }],
};

const DECISIONS: client.DecisionsInput = {
  approve: [{ id: 'req_1', amount: '12.5' }],
  reject: [{ id: 'req_2', reason: 'Next quarter' }],
};

const CHOICES: client.NotificationChoice[] = [
  { kind: 'balance-low', mail: false, in_app: true, webhook: true },
];
const ORGANIZATION_CHOICES: client.OrganizationNotificationChoice[] = [
  { kind: 'balance-low', webhook: false },
];

const RULES: client.RuleInput[] = [
  { kind: 'refill', amount: 300, every: 'month', start: 'now' },
  { kind: 'cap', share_percent: 20, every: 'week' },
  { kind: 'sweep', idle_days: 30, every: 'month', start: 'next_period' },
];

const MONTHLY_CAP = { amount: 5_000, currency: 'usd' };
const TOP_UPS: client.AutoTopUpInput[] = [
  { enabled: true, threshold: '20', amount: 500, monthly_cap: MONTHLY_CAP, consent: true },
  { enabled: true, threshold: '20', target: '600', monthly_cap: MONTHLY_CAP, consent: true },
  { enabled: false },
];

function expectRead(schema: z.ZodType, input: unknown): void {
  expect(schema.safeParse(input)).toMatchObject({ success: true });
}
