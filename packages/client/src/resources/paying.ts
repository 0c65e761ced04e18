import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import { listing } from '../transport/listing.ts';
import type { Owner } from '../types/inputs.ts';
import type {
  AutoTopUpInput,
  CardSetupInput,
  PortalSessionInput,
} from '../types/payment-inputs.ts';
import type {
  AutoTopUp,
  CardSetupResult,
  Payment,
  PaymentLinks,
  PaymentMethod,
  PaymentMethodResult,
  PortalSession,
} from '../types/payments.ts';
import { ask, issue } from './issue.ts';

/** Cards that are saved for a wallet. */
export const paymentMethods = (settings: Settings) => ({
  /** The default first. */
  list: async (wallet: Owner, options?: CallOptions) =>
    (
      await ask<{ data: PaymentMethod[] }>(
        settings,
        { route: ROUTES.listPaymentMethods, params: { wallet } },
        options,
      )
    ).data,
  /** Makes an address at which the customer saves a card; nothing is paid. */
  setUp: issue<[wallet: Owner, setup: CardSetupInput], CardSetupResult>(
    settings,
    2,
    (wallet, body) => ({ route: ROUTES.setUpPaymentMethod, params: { wallet }, body }),
  ),
  /** Makes a card the one that is charged by default. */
  setDefault: issue<[wallet: Owner, id: string], PaymentMethodResult>(
    settings,
    2,
    (wallet, id) => ({
      route: ROUTES.setDefaultPaymentMethod,
      params: { wallet, id },
      body: {},
    }),
  ),
  /** An auto top-up that charges the card is off then. */
  remove: issue<[wallet: Owner, id: string], PaymentMethodResult>(settings, 2, (wallet, id) => ({
    route: ROUTES.removePaymentMethod,
    params: { wallet, id },
    keyless: true,
  })),
});

export const autoTopUp = (settings: Settings) => ({
  /** Whether credits buy themselves when they run low, and how that stands. */
  get: (wallet: Owner, options?: CallOptions) =>
    ask<AutoTopUp>(settings, { route: ROUTES.getAutoTopUp, params: { wallet } }, options),
  /** Lets credits buy themselves on these terms, or stops that; again, it goes on after declines. */
  put: (wallet: Owner, body: AutoTopUpInput, options?: CallOptions) =>
    ask<AutoTopUp>(settings, { route: ROUTES.putAutoTopUp, params: { wallet }, body }, options),
});

export const payments = (settings: Settings) => ({
  /** Orders, top-ups and invoices of a wallet. */
  list: (wallet: Owner, options?: CallOptions) =>
    listing<Payment>(settings, { route: ROUTES.listPayments, params: { wallet } }, options),
  /** Where the receipt or invoice of a payment is, for one click. */
  links: (wallet: Owner, id: string, options?: CallOptions) =>
    ask<PaymentLinks>(settings, { route: ROUTES.getPaymentLinks, params: { wallet, id } }, options),
  /** Where the customer renews the card, sees invoices and cancels, for one click. */
  portalSession: (wallet: Owner, body: PortalSessionInput = {}, options?: CallOptions) =>
    ask<PortalSession>(
      settings,
      { route: ROUTES.createPortalSession, params: { wallet }, body },
      options,
    ),
});
