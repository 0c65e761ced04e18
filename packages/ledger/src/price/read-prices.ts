import { PriceModel, type PriceRule, type Rounding } from '@bursar/contracts';
import type { Fragment } from 'postgres';
import type { Database } from '../database/connect.ts';

/** How an amount came about, in the wire's shape; the quantity is a decimal string. */
export interface PricingView {
  price: string;
  version: number;
  quantity: string;
}

/** One version of a price; versions never change. */
export interface PriceView {
  id: string;
  version: number;
  /** The type of the usage events that it rates. */
  eventType: string | null;
  product: string;
  meter: string;
  description: string | null;
  rule: PriceRule;
  actor: string;
  createdAt: Date;
  /** When the price was retired; belongs to the price and not to the version. */
  retiredAt: Date | null;
}

/** The current version of every price that is not retired, by id. */
export async function readCurrentPrices(db: Database): Promise<PriceView[]> {
  return viewsOf(
    await db<PriceRow[]>`
    ${selectPrices(db, db`p.retired_at is null and v.version = p.version`)} order by v.price`,
  );
}

const VERSIONS_SHOWN = 100;

/** The versions of a price, the latest first and a hundred at most; empty when there is no such price. */
export async function readPriceVersions(db: Database, id: string): Promise<PriceView[]> {
  return viewsOf(
    await db<PriceRow[]>`${selectPrices(db, db`p.id = ${id}`)} 
    order by v.version desc
    limit ${VERSIONS_SHOWN}`,
  );
}

/** One version of a price, retired or not; `null` when there is none. */
export async function readPriceVersion(
  db: Database,
  id: string,
  version: number,
): Promise<PriceView | null> {
  const [view] = viewsOf(
    await db<PriceRow[]>`${selectPrices(db, db`p.id = ${id} and v.version = ${version}`)}`,
  );
  return view ?? null;
}

type PriceRow = Omit<PriceView, 'rule'> & {
  model: unknown;
  rounding: Rounding;
  minimum: bigint | null;
};

const selectPrices = (db: Database, condition: Fragment) => db`
  select
    v.price as id,
    v.version,
    v.event_type as "eventType",
    v.product,
    v.meter,
    v.description,
    v.model,
    v.rounding,
    v.minimum,
    v.actor,
    v.created_at as "createdAt",
    p.retired_at as "retiredAt"
  from bursar.prices p
  join bursar.price_versions v on v.price = p.id
  where ${condition}`;

const viewsOf = (rows: readonly PriceRow[]): PriceView[] =>
  rows.map(({ model, rounding, minimum, ...row }) => ({
    ...row,
    rule: { model: PriceModel.parse(model), rounding, minimum },
  }));
