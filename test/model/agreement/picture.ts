/**
 * What two ledgers are compared by. Lots are named by their wallet and their number in it
 * (`user:ana#2`), transactions by wallet and version; times are whole hours of the scenario.
 */
export interface Picture {
  wallets: { owner: string; credits: string; held: string; owed: string; version: number }[];
  lots: LotPicture[];
  /** Only the rows since the picture before. */
  entries: EntryPicture[];
  holds: {
    wallet: string;
    amount: string;
    quantity: string | null;
    captured: string;
    overdraft: string;
    overdraftUsed: string;
    status: string;
    expiresHour: number;
    pinned: string[];
  }[];
  requests: { status: string; granted: string | null }[];
  seats: { organization: string; member: string; status: string }[];
  entitlements: { member: string; kind: string; amount: string; status: string }[];
  purchases: { status: string; takenBack: string }[];
  periods: { takenBack: string; rolled: string }[];
  /** With their periods from the oldest on, each as `<spent> <held> <alerted>`. */
  budgets: { id: string; wallet: string; ended: boolean; periods: string[] }[];
  /** `<budget> <percent> <spent>`, in the order in which they were told. */
  alerts: string[];
}

export interface LotPicture {
  lot: string;
  kind: string;
  priority: number;
  amount: string;
  remaining: string;
  held: string;
  unitCost: string;
  currency: string | null;
  effectiveHour: number;
  expiresHour: number | null;
  parent: string | null;
  allocatedBy: string | null;
  /** Position among the scenario's purchases, and among its periods. */
  purchase: number | null;
  period: number | null;
}

export interface EntryPicture {
  entry: string;
  kind: string;
  amount: string;
  balanceAfter: string;
  owedAfter: string;
  operation: string | null;
  corrects: string | null;
  /** What a price made the amount from. */
  quantity: string | null;
  /** Position among the scenario's holds. */
  hold: number | null;
  /** `<amount> <from> > <to>`, in the order of their positions. */
  movements: string[];
}
