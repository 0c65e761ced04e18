import type {
  Entry,
  Ledger,
  Lot,
  Place,
  Purchase,
  Seat,
  Transaction,
  Wallet,
} from '../rules/ledger.ts';
import type { EntryPicture, LotPicture, Picture } from './picture.ts';

const HOUR = 3_600_000;

/** Draws the model; entries only after the versions that were seen before. */
export function drawModel(ledger: Ledger, seen: ReadonlyMap<string, number>): Picture {
  const wallets = [...ledger.wallets.values()];
  return {
    wallets: wallets.map((wallet) => ({
      owner: wallet.owner,
      credits: String(wallet.credits),
      held: String(wallet.lots.reduce((sum, lot) => sum + lot.held, 0n)),
      owed: String(wallet.owed),
      version: wallet.entries.length,
    })),
    lots: wallets.flatMap((wallet) => wallet.lots.map((lot) => drawLot(ledger, lot))),
    entries: wallets.flatMap((wallet) =>
      wallet.entries
        .map((entry, index) => drawEntry(ledger, wallet, entry, index + 1))
        .slice(seen.get(wallet.owner) ?? 0),
    ),
    holds: ledger.holds.map((hold) => ({
      wallet: hold.wallet.owner,
      amount: String(hold.amount),
      quantity: hold.quantity === null ? null : String(hold.quantity),
      captured: String(hold.captured),
      overdraft: String(hold.overdraft),
      overdraftUsed: String(hold.overdraftUsed),
      expiresHour: Math.round(hold.expiresAt / HOUR),
      status: hold.status,
      pinned: hold.slices.map((slice) => `${slice.pinned} ${nameOf(slice.lot)}`),
    })),
    requests: ledger.requests.map(({ status, granted }) => ({
      status,
      granted: granted === null ? null : String(granted),
    })),
    seats: ledger.seats.toSorted((a, b) => ascending(nameOfSeat(a), nameOfSeat(b))),
    entitlements: ledger.entitlements
      .map(({ member, kind, amount, status }) => ({ member, kind, amount: String(amount), status }))
      .toSorted((a, b) => ascending(JSON.stringify(a), JSON.stringify(b))),
    purchases: ledger.purchases.map(({ status, takenBack }) => ({
      status,
      takenBack: String(takenBack),
    })),
    periods: ledger.periods.map(({ takenBack, rolled }) => ({
      takenBack: String(takenBack),
      rolled: String(rolled),
    })),
    budgets: ledger.budgets.map(({ id, wallet, endedAt, periods }) => ({
      id,
      wallet,
      ended: endedAt !== Infinity,
      periods: [...periods.values()].map(
        ({ spent, held, alerted }) => `${spent} ${held} ${alerted}`,
      ),
    })),
    alerts: ledger.alerts,
  };
}

const nameOfSeat = ({ organization, member }: Seat): string => `${organization} ${member}`;
const ascending = (a: string, b: string): number => (a < b ? -1 : 1);

function drawLot(ledger: Ledger, lot: Lot): LotPicture {
  return {
    lot: nameOf(lot),
    kind: lot.kind,
    priority: lot.priority,
    amount: String(lot.amount),
    remaining: String(lot.remaining),
    held: String(lot.held),
    unitCost: String(lot.unitCost),
    currency: lot.currency,
    effectiveHour: Math.round(lot.effectiveAt / HOUR),
    expiresHour: lot.expiresAt === Infinity ? null : Math.round(lot.expiresAt / HOUR),
    parent: lot.parent === null ? null : nameOf(lot.parent),
    allocatedBy: lot.allocatedBy,
    purchase: placeAmong(ledger.purchases, lot),
    period: placeAmong(ledger.periods, lot),
  };
}

const placeAmong = (all: readonly Purchase[], { purchase }: Lot): number | null => {
  const place = purchase === null ? -1 : all.indexOf(purchase);
  return place === -1 ? null : place;
};

function drawEntry(ledger: Ledger, wallet: Wallet, entry: Entry, version: number): EntryPicture {
  const { transaction } = entry;
  return {
    entry: `${wallet.owner}@${version}`,
    kind: transaction.kind,
    amount: String(entry.amount),
    balanceAfter: String(entry.balanceAfter),
    owedAfter: String(entry.owedAfter),
    operation: transaction.operation,
    corrects: transaction.corrects === null ? null : entryOf(wallet, transaction.corrects),
    quantity: transaction.quantity === null ? null : String(transaction.quantity),
    hold: transaction.hold === null ? null : ledger.holds.indexOf(transaction.hold),
    movements: transaction.movements.map(
      ({ amount, from, to }) => `${amount} ${placeName(from)} > ${placeName(to)}`,
    ),
  };
}

const entryOf = (wallet: Wallet, transaction: Transaction): string =>
  `${wallet.owner}@${wallet.entries.findIndex((entry) => entry.transaction === transaction) + 1}`;

const nameOf = (lot: Lot): string => `${lot.wallet.owner}#${lot.number}`;

function placeName(place: Place): string {
  if ('lot' in place) return nameOf(place.lot);
  return 'debtOf' in place ? `debt of ${place.debtOf.owner}` : place.system;
}
