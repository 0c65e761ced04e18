/** A lot as the API shows it. */
export interface Lot {
  id: string;
  kind: 'purchased' | 'promotional' | 'allocated' | 'subscription' | 'adjustment';
  state: 'live' | 'upcoming' | 'frozen' | 'expired' | 'spent';
  priority: number;
  amount: string;
  remaining: string;
  held: string;
  /** Millionths of a minor unit paid for one credit. */
  unit_cost: string;
  effective_at: string;
  expires_at: string | null;
  created_at: string;
  transaction: string;
  allocated_by: string | null;
}

/** Why a lot is spent before the one below it. */
export type Reason = 'priority' | 'expiry' | 'cost' | 'age' | 'only' | 'last';

/** The first thing in which two neighbours of the burn order differ is what decided between them. */
export function reasonOf(lot: Lot, next: Lot | undefined, alone: boolean): Reason {
  if (next === undefined) return alone ? 'only' : 'last';
  if (lot.priority !== next.priority) return 'priority';
  if (lot.expires_at !== next.expires_at) return 'expiry';
  return lot.unit_cost === next.unit_cost ? 'age' : 'cost';
}
