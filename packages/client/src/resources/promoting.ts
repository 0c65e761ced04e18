import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import type { Owner } from '../types/inputs.ts';
import type { BonusCodeInput } from '../types/payment-inputs.ts';
import type { BonusCode, PaymentWarning } from '../types/payments.ts';
import { ask } from './issue.ts';

/** Codes that add promotional credits to an order; for operators. */
export const bonusCodes = (settings: Settings) => ({
  /** Has no Idempotency-Key, so it is not repeated after a lost answer. */
  create: (body: BonusCodeInput, options?: CallOptions) =>
    ask<BonusCode>(
      settings,
      { route: ROUTES.createBonusCode, body, repeat: 'if_refused' },
      options,
    ),
  /** The newest 500, disabled ones included. */
  list: async (options?: CallOptions) =>
    (await ask<{ data: BonusCode[] }>(settings, { route: ROUTES.listBonusCodes }, options)).data,
  /** Orders that have it keep it. */
  disable: (id: string, options?: CallOptions) =>
    ask<null>(settings, { route: ROUTES.disableBonusCode, params: { id } }, options),
});

/** What banks warn of about payments of a wallet; for operators. */
export const paymentWarnings = (settings: Settings) => ({
  /** Those not cleared. */
  list: async (wallet: Owner, options?: CallOptions) =>
    (
      await ask<{ data: PaymentWarning[] }>(
        settings,
        { route: ROUTES.listPaymentWarnings, params: { wallet } },
        options,
      )
    ).data,
  /** Trusts the wallet again: its warnings and declined payments count no more. */
  clear: (wallet: Owner, options?: CallOptions) =>
    ask<null>(settings, { route: ROUTES.clearPaymentWarnings, params: { wallet } }, options),
});
