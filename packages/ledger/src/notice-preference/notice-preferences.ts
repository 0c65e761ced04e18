import type { Database } from '../database/connect.ts';

type NoticeChannel = 'mail' | 'in_app' | 'webhook';

/**
 * Switches kinds of notices off (`muted`) or on again for a person (`user` is the bare id). Which
 * kinds may be switched off is the caller's to know.
 *
 * @returns false when there is no such person.
 */
export async function muteNotices(
  db: Database,
  user: string,
  changes: readonly { kind: string; channel: NoticeChannel; muted: boolean }[],
): Promise<boolean> {
  const [row] = await db<[{ found: boolean }]>`
    select bursar.mute_notices(${user}, ${db.json(changes.map((change) => ({ ...change })))}) as found`;
  return row.found;
}

/** What a person has switched off. */
export async function readMutedNotices(
  db: Database,
  user: string,
): Promise<{ kind: string; channel: NoticeChannel }[]> {
  return [
    ...(await db<{ kind: string; channel: NoticeChannel }[]>`
      select m.kind, m.channel from bursar.muted_notices m where m.user_id = ${user}
      union all
      select m.kind, 'webhook' from bursar.muted_webhooks m
      join bursar.wallets w on w.id = m.wallet_id
      where w.owner = 'user:' || ${user}`),
  ];
}

/**
 * Switches kinds of facts off (`muted`) or on again for all endpoints of a wallet (`owner` is
 * `user:<id>` or `org:<id>`), whatever types those chose.
 *
 * @returns false when there is no such wallet.
 */
export async function muteWebhooks(
  db: Database,
  owner: string,
  changes: readonly { kind: string; muted: boolean }[],
): Promise<boolean> {
  const [row] = await db<[{ found: boolean }]>`
    select bursar.mute_webhooks(${owner}, ${db.json(changes.map((change) => ({ ...change })))}) as found`;
  return row.found;
}

/** The kinds that the endpoints of a wallet do not hear of. */
export async function readMutedWebhooks(db: Database, owner: string): Promise<string[]> {
  const rows = await db<{ kind: string }[]>`
    select m.kind from bursar.muted_webhooks m
    join bursar.wallets w on w.id = m.wallet_id
    where w.owner = ${owner}`;
  return rows.map(({ kind }) => kind);
}

/**
 * Sets the mark below which a wallet's balance counts as low, in micro-credits; 0 never tells.
 *
 * @returns false when there is no such wallet.
 */
export async function setLowBalance(
  db: Database,
  setting: { wallet: string; mark: bigint },
): Promise<boolean> {
  const [row] = await db<[{ found: boolean }]>`
    select bursar.set_low_balance(${setting.wallet}, ${setting.mark}) as found`;
  return row.found;
}
