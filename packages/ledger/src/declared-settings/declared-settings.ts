import type { Database } from '../database/connect.ts';

/** Settings that ingress and worker must be given alike, by their names in the environment. */
export type SharedSettings = Readonly<
  Record<
    | 'CHARGE_SHARDS'
    | 'CREDITS_PER_UNIT'
    | 'CREDIT_CURRENCY'
    | 'CREDIT_EXPIRY_MONTHS'
    | 'PURCHASE_MAX'
    | 'PURCHASE_MIN',
    string
  >
>;

/** A setting that ingress and worker were given differently when each last started. */
export interface SettingContradiction {
  name: string;
  ingress: string;
  worker: string;
  since: Date;
}

/**
 * Writes down what a process was given, and answers with what contradicts the other kind of process.
 * A process goes on all the same: while a change reaches one after the other, they differ.
 */
export async function declareSettings(
  db: Database,
  service: 'ingress' | 'worker',
  settings: SharedSettings,
): Promise<SettingContradiction[]> {
  await db`select bursar.declare_settings(${service}, ${db.json(settings)}::jsonb)`;
  return readSettingContradictions(db);
}

/** By name; none while only one kind of process has started. */
export const readSettingContradictions = (db: Database): Promise<SettingContradiction[]> => db<
  SettingContradiction[]
>`
  select i.key as name, i.value as ingress, w.value as worker, greatest(a.declared_at, b.declared_at) as since
  from bursar.declared_settings a
  join bursar.declared_settings b on a.service = 'ingress' and b.service = 'worker'
  cross join lateral jsonb_each_text(a.settings) i
  join lateral jsonb_each_text(b.settings) w on w.key = i.key
  where w.value <> i.value
  order by i.key`;
