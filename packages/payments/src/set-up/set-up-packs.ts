import type { Stripe } from 'stripe';
import { unlessMissing } from '../read-checkout.ts';
import type { SetUpContext, SetUpPlan } from './set-up-stripe.ts';

/** A pack is a product under an id of ours, and a price found by its lookup key. */
export async function setUpPack(
  context: SetUpContext,
  pack: SetUpPlan['packs'][number],
): Promise<void> {
  const product = `bursar_pack_${pack.id}`;
  await setUpProduct(context, product, `${pack.credits} credits`);
  await setUpPrice(context, product, pack.subtotal);
}

async function setUpProduct(
  { stripe, dryRun, changes }: SetUpContext,
  id: string,
  name: string,
): Promise<void> {
  const found = await unlessMissing(stripe.products.retrieve(id));
  const known = { object: 'product', key: id } as const;
  if (found === null) {
    const params = { id, name, metadata: { bursar: 'pack' } };
    const made = dryRun ? null : await stripe.products.create(params);
    changes.push({ ...known, action: 'created', id: made?.id ?? null, detail: name });
    return;
  }
  const differs = found.name !== name || !found.active;
  if (differs && !dryRun) await stripe.products.update(id, { name, active: true });
  const detail = differs ? `${found.name} → ${name}` : name;
  changes.push({ ...known, action: differs ? 'changed' : 'unchanged', id, detail });
}

/** A price cannot change, so another sum is another price that takes the lookup key over. */
async function setUpPrice(
  { stripe, plan, dryRun, changes }: SetUpContext,
  product: string,
  subtotal: number,
): Promise<void> {
  const key = `${product}_${plan.currency}`;
  const { data } = await stripe.prices.list({ lookup_keys: [key], active: true, limit: 1 });
  const found: Stripe.Price | undefined = data[0];
  const sum = `${subtotal} ${plan.currency}`;
  if (found?.unit_amount === subtotal && found.product === product) {
    changes.push({ object: 'price', key, action: 'unchanged', id: found.id, detail: sum });
    return;
  }
  const made = dryRun
    ? null
    : await stripe.prices.create({
        product,
        currency: plan.currency,
        unit_amount: subtotal,
        lookup_key: key,
        transfer_lookup_key: true,
      });
  changes.push({
    object: 'price',
    key,
    action: found === undefined ? 'created' : 'changed',
    id: made?.id ?? null,
    detail: found === undefined ? sum : `${found.unit_amount} → ${sum}`,
  });
}
