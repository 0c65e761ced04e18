import { AMOUNT_LIMIT, type PlanTerms } from '@bursar/contracts';
import type { InvoiceLine, InvoiceState } from './read-invoice.ts';

/** What one line grants; credits in micro-credits for the whole quantity, money in minor units. */
export interface GrantedLine {
  line: string;
  item: string;
  price: string;
  kind: 'period' | 'trial' | 'proration';
  period_start: string;
  period_end: string;
  plan: string;
  quantity: number;
  /** What one unit brings in a whole period. */
  unit_credits: string;
  credits: string;
  paid: number;
  expires_at: string;
  rollover_cap: string;
}

export interface InvoiceDecision {
  lines: GrantedLine[];
  /** What an operator has to decide. */
  review: string | null;
}

type TermsOf = ReadonlyMap<string, PlanTerms>;

/**
 * What a bill grants: each period its plan's credits, a change within a period the difference for the
 * rest of it. What a change gives back beyond that is taken off the same bill's periods, because its
 * money was given back, too. Nothing for a bill that is not paid.
 */
export function decideInvoice(
  invoice: Pick<InvoiceState, 'status' | 'lines'>,
  termsOf: TermsOf,
): InvoiceDecision {
  if (invoice.status !== 'paid') return { lines: [], review: null };
  const unknown = new Set<string>();
  const known = invoice.lines.filter(({ price }) => termsOf.has(price) || !unknown.add(price));
  const change = changeOf(known, termsOf);
  const wanted = known.flatMap((line) => periodOf(line, termsOf) ?? []);
  const periods = wanted.filter(isGrantable);
  const owed = change.credits < 0n ? takeOff(periods, -change.credits) : 0n;
  const changed = change.line === null ? [] : [change.line];
  const lines = [...periods, ...changed.filter(isGrantable)];
  const beyond = [...wanted, ...changed].filter((line) => !isGrantable(line));
  const reviews = [
    ...[...unknown].map((price) => `The price ${price} belongs to no plan`),
    ...beyond.map(
      ({ plan, quantity }) =>
        `${quantity} times the plan ${plan} is more than one grant can bring, so it brought nothing`,
    ),
    ...(owed > 0n
      ? ['A smaller plan gave money back for credits that had been granted, which stay']
      : []),
  ];
  return {
    lines: lines.filter(({ credits }) => credits !== '0'),
    review: reviews.length === 0 ? null : `${reviews.join('; ')}.`,
  };
}

/** Only whoever changes a subscription in Stripe's dashboard gets beyond it. */
const isGrantable = ({ credits }: GrantedLine): boolean => BigInt(credits) < AMOUNT_LIMIT;

/** A line of nothing for a price that is not nothing is a trial. */
function periodOf(line: InvoiceLine, termsOf: TermsOf): GrantedLine | null {
  const terms = termsOf.get(line.price);
  if (terms === undefined || line.proration || line.amount < 0) return null;
  const isTrial = line.amount === 0 && terms.amount > 0;
  const unit = BigInt(isTrial ? terms.trial_credits : terms.credits);
  return grantedBy(line, terms, {
    kind: isTrial ? 'trial' : 'period',
    unit,
    credits: unit * BigInt(line.quantity),
    paid: line.amount - line.discount,
  });
}

/** All changes of a bill together: what the larger plans bring less what the smaller ones brought. */
function changeOf(
  lines: readonly InvoiceLine[],
  termsOf: TermsOf,
): { credits: bigint; line: GrantedLine | null } {
  const changes = lines.filter(({ proration }) => proration);
  const credits = changes.reduce((sum, line) => sum + shareOf(line, termsOf.get(line.price)), 0n);
  const bearer = changes.find(({ amount }) => amount > 0);
  const terms = bearer && termsOf.get(bearer.price);
  if (credits <= 0n || bearer === undefined || terms?.proration !== 'difference') {
    return { credits: credits < 0n ? credits : 0n, line: null };
  }
  const paid = changes.reduce((sum, line) => sum + line.amount - line.discount, 0);
  const unit = BigInt(terms.credits);
  return { credits, line: grantedBy(bearer, terms, { kind: 'proration', unit, credits, paid }) };
}

const grantedBy = (
  line: InvoiceLine,
  terms: PlanTerms,
  grant: { kind: GrantedLine['kind']; unit: bigint; credits: bigint; paid: number },
): GrantedLine => ({
  line: line.id,
  item: line.item,
  price: line.price,
  kind: grant.kind,
  period_start: line.start,
  period_end: line.end,
  plan: terms.plan,
  quantity: line.quantity,
  unit_credits: grant.unit.toString(),
  credits: grant.credits.toString(),
  paid: Math.max(0, grant.paid),
  expires_at: new Date(Date.parse(line.end) + terms.grace_hours * HOUR_MS).toISOString(),
  rollover_cap: smaller(
    BigInt(terms.rollover_cap) * BigInt(line.quantity),
    AMOUNT_LIMIT - 1n,
  ).toString(),
});

const smaller = (one: bigint, other: bigint): bigint => (one < other ? one : other);

const HOUR_MS = 3_600_000;

/** What the rest of a period is worth in credits, half up; negative where the line gives money back. */
function shareOf(line: InvoiceLine, terms: PlanTerms | undefined): bigint {
  if (terms === undefined || line.amount === 0) return 0n;
  const end = Date.parse(line.end);
  const whole = BigInt(end - periodBefore(line.end, terms.every));
  const rest = BigInt(end - Date.parse(line.start));
  const full = BigInt(terms.credits) * BigInt(line.quantity);
  const share = rest >= whole ? full : (2n * full * rest + whole) / (2n * whole);
  return line.amount < 0 ? -share : share;
}

/** When the period that ends then began: a calendar step back in UTC, clamped to the month's end. */
function periodBefore(end: string, every: PlanTerms['every']): number {
  const at = new Date(end);
  if (every === 'week') return at.getTime() - 7 * 24 * HOUR_MS;
  const day = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() - (every === 'year' ? 12 : 1));
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(day, last));
  return at.getTime();
}

/** Reduces the periods by what was given back; returns what they could not bear. */
function takeOff(periods: GrantedLine[], amount: bigint): bigint {
  let left = amount;
  for (const period of periods) {
    const credits = BigInt(period.credits);
    const part = smaller(credits, left);
    period.credits = (credits - part).toString();
    left -= part;
  }
  return left;
}
