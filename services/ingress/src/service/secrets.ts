import { hkdfSync } from 'node:crypto';

/** Everything the ingress keys with, derived from one secret so that replicas agree. */
export interface Secrets {
  /** Keys the hash under which an API key is stored. */
  apiKeyPepper: Buffer;
  /** Names operations by caller and Idempotency-Key. */
  operationKey: Buffer;
  /** Proves that an operation id was issued here, to this caller. */
  operationMac: Buffer;
  /** Signs the cursors of lists. */
  cursor: Buffer;
}

/**
 * Derives the keys with HKDF-SHA256. The purposes are part of every id and hash ever given out:
 * changing one of these texts, or the secret, makes old keys and polled operation ids invalid.
 */
export function deriveSecrets(secret: string): Secrets {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `bursar/${purpose}/v1`, 32));
  return {
    apiKeyPepper: derive('api-key-pepper'),
    operationKey: derive('operation-key'),
    operationMac: derive('operation-mac'),
    cursor: derive('cursor'),
  };
}
