import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { deriveInvitationKey } from '@bursar/notices/invitation';
import { deriveUnsubscribeKey } from '@bursar/notices/unsubscribe';
import { deriveWebhookKey } from '@bursar/notices/webhook-endpoints';

/** Everything the ingress keys with, derived from one secret so that replicas agree. */
export interface Secrets {
  /** Keys the hash under which an API key is stored. */
  apiKeyPepper: KeyObject;
  /** Names operations by caller and Idempotency-Key. */
  operationKey: KeyObject;
  /** Proves that an operation id was issued here, to this caller. */
  operationMac: KeyObject;
  /** Keys the hash under which a session is stored. */
  session: KeyObject;
  /** Encrypts the ID token that is kept with a session. */
  idToken: KeyObject;
  /** Encrypts what a browser keeps while somebody is at the provider. */
  pendingSignIn: KeyObject;
  /** Signs the cursors of lists. */
  cursor: KeyObject;
  /** Signs the prices that were promised. */
  quote: KeyObject;
  /** Encrypts the secrets of outgoing webhooks; the worker derives the same. */
  webhooks: KeyObject;
  /** Checks the links in mails that end mail. */
  unsubscribe: KeyObject;
  /** Checks the links of invitations. */
  invitation: KeyObject;
}

/**
 * Derives the keys with HKDF-SHA256. The purposes are part of every id and hash ever given out:
 * changing one of these texts, or the secret, makes old keys and polled operation ids invalid.
 */
export function deriveSecrets(secret: string): Secrets {
  // As key objects: hashing with a buffer as the key costs five times as much.
  const derive = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `bursar/${purpose}/v1`, 32)));
  return {
    apiKeyPepper: derive('api-key-pepper'),
    operationKey: derive('operation-key'),
    operationMac: derive('operation-mac'),
    session: derive('session'),
    idToken: derive('id-token'),
    pendingSignIn: derive('pending-sign-in'),
    cursor: derive('cursor'),
    quote: derive('quote'),
    webhooks: deriveWebhookKey(secret),
    unsubscribe: deriveUnsubscribeKey(secret),
    invitation: deriveInvitationKey(secret),
  };
}
