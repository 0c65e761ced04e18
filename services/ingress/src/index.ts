export { hashApiKey, makeApiKey } from './access/api-key.ts';
export type { ChargePacker } from './charges/charge-packer.ts';
export { createIngress, type Ingress, type IngressDependencies } from './create-ingress.ts';
export { priceList, type PriceList } from './purchases/price-list.ts';
export { deriveSecrets, type Secrets } from './service/secrets.ts';
export {
  INGRESS_SETTINGS,
  readIngressSettings,
  type IngressSettings,
  type ProcessSettings,
} from './service/settings.ts';
