import type { PastLife, Spent } from './past-life.ts';

/** Of Monday to Sunday, in hundredths of an ordinary day. */
const RHYTHM = [100n, 120n, 125n, 110n, 75n, 12n, 6n];
const HOURS = [9.6, 13.2, 17.1];
const HUNDREDTHS = 100n;
const THOUSANDTHS = 1_000n;
const MICRO_PER_HUNDREDTH = 10_000n;
/** In hundredths of a credit. */
const CHARGE_MIN = 5n;
/** As a share of an ordinary day, in thousandths: whoever comes at all does something. */
const BUSY_MIN = 400n;
/** Nobody is charged into debt here. */
const LEFT_MIN = 15n;

/** Who uses how many credits on an ordinary day, and what share of it each product takes. */
const HABITS = [
  {
    id: 'ana',
    daily: 46n,
    products: { notebooks: 0.6, 'ai-gateway': 0.3, 'tool-marketplace': 0.1 },
  },
  {
    id: 'ben',
    daily: 22n,
    products: { notebooks: 0.2, 'ai-gateway': 0.5, 'tool-marketplace': 0.3 },
  },
  {
    id: 'chloe',
    daily: 24n,
    products: { notebooks: 0.1, 'ai-gateway': 0.8, 'tool-marketplace': 0.1 },
  },
  {
    id: 'dev',
    daily: 19n,
    products: { notebooks: 0.8, 'ai-gateway': 0.1, 'tool-marketplace': 0.1 },
  },
  {
    id: 'emma',
    daily: 19n,
    products: { notebooks: 0.5, 'ai-gateway': 0.2, 'tool-marketplace': 0.3 },
  },
] as const;

export type Product = keyof (typeof HABITS)[number]['products'];

const DESCRIPTIONS: Record<Product, readonly string[]> = {
  notebooks: ['Notebook run, 2 CPUs', 'Notebook run, 8 CPUs', 'Scheduled notebook'],
  'ai-gateway': ['Chat completions', 'Embeddings of a data set', 'Batch inference'],
  'tool-marketplace': ['Citation finder', 'Table extraction', 'Speech to text'],
};

/** The past of each installation is the same but for the days of the week: an ordinary generator (mulberry32). */
export function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Day {
  /** From 0. */
  number: number;
  /** Its midnight, UTC. */
  starts: Date;
}

/** Which product's key a charge is made with. */
export type Keys = Readonly<Record<Product, string>>;

/** A day's usage: busy in the middle of the week, almost none at its end, a little more each month. */
export async function spendDay(
  life: PastLife,
  day: Day,
  {
    keys,
    chance,
    away,
    until,
  }: {
    keys: Keys;
    chance: () => number;
    /** Who does not work today. */
    away: readonly string[];
    until: Date;
  },
): Promise<void> {
  const busy = busyOn(day);
  for (const hour of HOURS) {
    const at = new Date(day.starts.getTime() + (hour + chance() * 1.5) * 3_600_000);
    if (at > until) return;
    await life.moveTo(at);
    const left = await creditsLeft(life);
    const spent = HABITS.filter(({ id }) => !away.includes(id)).flatMap((habit): Spent[] => {
      if (chance() > Math.min(Number(busy) / 1_000, 0.9)) return [];
      const product = pickProduct(habit.products, chance());
      const share = 150n + below(500, chance);
      const hundredths = chargeOf(habit.daily, busy, share);
      const afterwards = (left.get(habit.id) ?? 0n) * HUNDREDTHS - hundredths;
      if (afterwards < LEFT_MIN * HUNDREDTHS) return [];
      const descriptions = DESCRIPTIONS[product];
      return [
        {
          wallet: `user:${habit.id}`,
          amount: (hundredths * MICRO_PER_HUNDREDTH).toString(),
          product,
          description: descriptions[Math.floor(chance() * descriptions.length)] ?? product,
          actor: keys[product],
          // The marketplace is billed to the team, whose budget counts it.
          ...(product === 'tool-marketplace' && { on_behalf_of: 'org:acme' as const }),
        },
      ];
    });
    await life.charge(hour === HOURS[0] ? [...spent, nightly(keys, chance)] : spent);
  }
}

/** A whole number from 0 up to this. */
const below = (end: number, chance: () => number): bigint => BigInt(Math.floor(chance() * end));

/** Thousandths of an ordinary day: the middle of the week is busy, and each month a little more than the last. */
function busyOn({ number, starts }: Day): bigint {
  const rhythm = RHYTHM[(starts.getUTCDay() + 6) % 7] ?? HUNDREDTHS;
  return (rhythm * BigInt(135 + number) * 10n) / 180n;
}

/** Hundredths of a credit. */
function chargeOf(daily: bigint, busy: bigint, share: bigint): bigint {
  const activity = busy > BUSY_MIN ? busy : BUSY_MIN;
  const hundredths = (daily * HUNDREDTHS * activity * share) / (THOUSANDTHS * THOUSANDTHS);
  return hundredths > CHARGE_MIN ? hundredths : CHARGE_MIN;
}

/** What runs every night, whether anybody works or not, and is paid by the pool. */
const nightly = (keys: Keys, chance: () => number): Spent => ({
  wallet: 'org:acme',
  amount: ((3_200n + below(900, chance)) * MICRO_PER_HUNDREDTH).toString(),
  product: 'notebooks',
  description: 'Nightly evaluation of all models',
  actor: keys.notebooks,
});

/** Whole credits, by person. */
async function creditsLeft(life: PastLife): Promise<Map<string, bigint>> {
  const rows = await life.db<{ id: string; left: bigint }[]>`
    select substr(w.owner, 6) as id, (w.credits - w.held) / 1000000 as left
    from bursar.wallets w where w.owner like 'user:%'`;
  return new Map(rows.map(({ id, left }) => [id, left]));
}

function pickProduct(shares: Readonly<Record<Product, number>>, chance: number): Product {
  let upto = 0;
  for (const product of ['notebooks', 'ai-gateway'] as const) {
    upto += shares[product];
    if (chance < upto) return product;
  }
  return 'tool-marketplace';
}
