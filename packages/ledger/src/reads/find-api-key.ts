import type { RateLimitBody } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

export interface ApiKeyView {
  id: string;
  name: string;
  operator: boolean;
  scopes: string[];
  revoked: boolean;
  rateLimit: RateLimitBody | null;
  /** The bare id of the organization it is bound to. */
  organization: string | null;
  reachesMembers: boolean;
}

/**
 * Finds the key with this keyed hash: the current one, or the one before a rotation while its
 * overlap lasts. A revoked key is found and says so; `null` is a key that never was, or is over.
 */
export async function findApiKey(db: Database, hash: Buffer): Promise<ApiKeyView | null> {
  const [key] = await db<ApiKeyView[]>`
    select k.id, k.name, k.operator, k.scopes, k.revoked_at is not null as revoked,
      k.rate_limit as "rateLimit", k.organization_id as organization, k.reaches_members as "reachesMembers"
    from bursar.api_keys k
    where (
        k.hash = ${hash}
        or (k.previous_hash = ${hash} and k.previous_valid_until > clock_timestamp())
      )
      and (k.expires_at is null or k.expires_at > clock_timestamp())
    limit 1`;
  return key ?? null;
}
