/** One change behind the ledger's back, and the check that has to notice it. */
export interface Corruption {
  table: string;
  what: string;
  sql: string;
  check: string;
}

/** Changes one row of a table: the first that `where` finds. */
export const change = (table: string, set: string, where: string, check: string): Corruption => ({
  table,
  what: `${set} where ${where}`.replaceAll(/\s+/g, ' '),
  sql: `update bursar.${table} set ${set} where (tableoid, ctid) = (
    select x.tableoid, x.ctid from bursar.${table} x where ${where} order by x.tableoid, x.ctid limit 1)`,
  check,
});

export const remove = (table: string, where: string, check: string): Corruption => ({
  table,
  what: `a row gone where ${where}`.replaceAll(/\s+/g, ' '),
  sql: `delete from bursar.${table} where (tableoid, ctid) = (
    select x.tableoid, x.ctid from bursar.${table} x where ${where} order by x.tableoid, x.ctid limit 1)`,
  check,
});

export const kindOf = (kind: string) =>
  `exists (select from bursar.transactions t where t.id = x.transaction_id and t.kind = '${kind}')`;
export const walletOf = (owner: string) =>
  `(select w.id from bursar.wallets w where w.owner = '${owner}')`;
export const enteredFrom = (account: string) =>
  `exists (select from bursar.movement_history m where m.to_lot = x.id and m.transaction_id = x.transaction_id
    and m.from_account = '${account}')`;
/** Burned by an ordinary charge, which needs a living lot. */
export const used = `exists (select from bursar.movement_history m join bursar.transactions t on t.id = m.transaction_id
  join bursar.operations o on o.key = t.operation
  where m.from_lot = x.id and o.type = 'charge')`;
export const isLast =
  'x.version = (select w.version from bursar.wallets w where w.id = x.wallet_id)';
