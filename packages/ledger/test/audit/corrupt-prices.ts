import { change, remove, type Corruption } from './corruption.ts';

const priced = 'x.price is not null';
const audited = `x.price = 'audited'`;

export const priceCorruptions: readonly Corruption[] = [
  change('prices', 'version = version - 1', 'x.version > 1', 'price-versions'),
  change('prices', `event_type = 'other'`, 'x.event_type is not null', 'price-versions'),
  remove('prices', 'true', 'price-versions'),
  remove('price_versions', `${audited} and x.version = 2`, 'price-versions'),
  remove('price_versions', `${audited} and x.version = 1`, 'pricing-complete'),
  change('price_versions', 'version = 9', `${audited} and x.version = 1`, 'price-versions'),
  change('price_versions', `model = jsonb_set(model, '{rate}', '"7"')`, audited, 'priced-amounts'),
  change('price_versions', `rounding = 'up'`, `${audited} and x.version = 1`, 'priced-amounts'),
  change('price_versions', 'minimum = 1000000000', audited, 'priced-amounts'),
  change('transactions', 'price = null', priced, 'pricing-complete'),
  change('transactions', `price = 'other'`, priced, 'pricing-complete'),
  change('transactions', 'price_version = null', priced, 'pricing-complete'),
  change('transactions', 'price_version = 9', priced, 'pricing-complete'),
  change('transactions', 'quantity = null', priced, 'pricing-complete'),
  change('transactions', 'quantity = quantity * 2', priced, 'priced-amounts'),
  change(
    'transactions',
    'price_version = 3',
    `${audited} and x.price_version = 1`,
    'priced-amounts',
  ),
  change('holds', 'price = null', priced, 'pricing-complete'),
  change('holds', 'price_version = 9', priced, 'pricing-complete'),
  change('holds', 'quantity = quantity * 2', priced, 'priced-amounts'),
];
