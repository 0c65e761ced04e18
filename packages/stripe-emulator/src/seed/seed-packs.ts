import { BY_ITSELF, type Emulator } from '../emulator.ts';
import { emitEvent } from '../events/emit-event.ts';
import { buildCoupon, showCoupon } from '../resources/catalog/coupon-routes.ts';
import { createPrice } from '../resources/catalog/price.ts';
import { createProduct } from '../resources/catalog/product-routes.ts';
import { showPromotionCode } from '../resources/catalog/promotion-code.ts';
import { buildPromotionCode } from '../resources/catalog/promotion-code-routes.ts';

const PACKS = [
  { pack: 'starter', name: 'Starter pack', credits: 500, cents: 500 },
  { pack: 'standard', name: 'Standard pack', credits: 1000, cents: 1000 },
  { pack: 'pro', name: 'Pro pack', credits: 2500, cents: 2500 },
  { pack: 'business', name: 'Business pack', credits: 5000, cents: 5000 },
];
const CODES = [
  { code: 'WELCOME10', name: '10 % off', percentOff: 10 },
  { code: 'FREE100', name: '100 % off', percentOff: 100 },
];

/** Puts the credit packs and two promotion codes there, unless they already are. */
export function seedPacks(emulator: Emulator): void {
  for (const pack of PACKS) seedPack(emulator, pack);
  for (const code of CODES) seedCode(emulator, code);
}

function seedPack(
  emulator: Emulator,
  { pack, name, credits, cents }: (typeof PACKS)[number],
): void {
  const lookupKey = `pack_${pack}`;
  for (const price of emulator.state.prices.values()) if (price.lookup_key === lookupKey) return;
  const metadata = { pack, credits: String(credits) };
  const description = `${credits.toLocaleString('en-US')} credits`;
  const product = createProduct(emulator, { name, description, metadata }, BY_ITSELF);
  createPrice(
    emulator,
    { currency: 'usd', unit_amount: cents, product: product.id, lookup_key: lookupKey, metadata },
    BY_ITSELF,
  );
}

function seedCode(emulator: Emulator, { code, name, percentOff }: (typeof CODES)[number]): void {
  const { state } = emulator;
  for (const existing of state.promotionCodes.values()) if (existing.code === code) return;
  const coupon = state.coupons.put(
    buildCoupon(emulator, { name, percent_off: percentOff, duration: 'once' }),
  );
  emitEvent(emulator, BY_ITSELF, 'coupon.created', showCoupon(emulator, coupon));
  const promotion = { type: 'coupon' as const, coupon: coupon.id };
  const record = state.promotionCodes.put(buildPromotionCode(emulator, { code, promotion }));
  emitEvent(emulator, BY_ITSELF, 'promotion_code.created', showPromotionCode(emulator, record));
}
