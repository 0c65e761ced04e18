import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Says how the rest is made, so that another way can come beside it. */
const VERSION = 1;

/**
 * The key under which webhook secrets are stored, derived from the installation's secret. Changing
 * either text or secret makes every stored webhook secret unreadable.
 */
export const deriveWebhookKey = (secret: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'bursar/webhook-secrets/v1', 32)));

/** A new secret as its owner sees it, once: `whsec_` and 32 random bytes in base64. */
export const makeWebhookSecret = (): string =>
  `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/** Encrypts a secret for the database (AES-256-GCM). */
export function sealWebhookSecret(key: KeyObject, secret: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
}

/** @throws WebhookSecretUnreadable when it was sealed under another key, or changed since. */
export function openWebhookSecret(key: KeyObject, stored: Buffer): string {
  try {
    if (stored[0] !== VERSION) throw new Error('It is of another version.');
    const nonce = stored.subarray(1, 1 + NONCE_BYTES);
    const tag = stored.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAuthTag(tag);
    const sealed = stored.subarray(1 + NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([cipher.update(sealed), cipher.final()]).toString('utf8');
  } catch (error) {
    throw new WebhookSecretUnreadable(error);
  }
}

/** BURSAR_SECRET is not the one the webhook was registered under. */
class WebhookSecretUnreadable extends Error {
  override name = 'WebhookSecretUnreadable';
  constructor(cause: unknown) {
    super(
      'The secret of a webhook cannot be read. Restore the BURSAR_SECRET it was made under, or rotate it.',
      { cause },
    );
  }
}
