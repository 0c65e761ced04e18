/** The door for whoever registers webhooks: secrets and addresses, nothing that sends. */
export { checkWebhookUrl } from './webhook-url.ts';
export { deriveWebhookKey, makeWebhookSecret, sealWebhookSecret } from './webhook-secret.ts';
