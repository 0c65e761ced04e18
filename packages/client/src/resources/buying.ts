import type { CallOptions, Settings } from '../options.ts';
import { ROUTES } from '../routes.ts';
import type { PurchaseInput } from '../types/inputs.ts';
import type { Catalog } from '../types/resources.ts';
import type { PurchaseResult } from '../types/results.ts';
import { ask, issue, preview } from './issue.ts';

export const purchases = (settings: Settings) => ({
  /** Orders credits; send the buyer to `checkout_url`. */
  create: issue<[purchase: PurchaseInput], PurchaseResult>(settings, 1, (body) => ({
    route: ROUTES.createPurchase,
    body,
  })),
  preview: (purchase: PurchaseInput, options?: CallOptions) =>
    preview<PurchaseResult>(settings, { route: ROUTES.createPurchase, body: purchase }, options),
});

export const catalog = (settings: Settings) => ({
  /** The rate, the packs and the limits of purchases. */
  get: (options?: CallOptions) => ask<Catalog>(settings, { route: ROUTES.getCatalog }, options),
});
