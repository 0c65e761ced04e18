import { randomBytes, randomUUID } from 'node:crypto';
import {
  fromPublicId,
  type ChargeItem,
  type IdPrefix,
  type LedgerCommand,
  type OperationHead,
} from '@bursar/contracts';
import { createTestDatabase } from '../../../test/harness/ledger-database.ts';
import { expectSoundLedger } from '../../../test/harness/sound-ledger.ts';
import {
  applyCharges,
  applyCommand,
  attachCheckout,
  fulfilPurchase,
  inTransaction,
  openPurchase,
  type Database,
  type Outcome,
} from '../src/operations.ts';
import {
  putMember,
  putOrganization,
  putUser,
  setOverdraftLimit,
  suspendMember,
} from '../src/reads.ts';
import { micro, newHead } from './reads-fixtures.ts';

/**
 * Where each line of an outcome table plays: two organizations and their people, new for every
 * line. `acme` has 100 free credits, `ana` 50; nobody else has any.
 */
export class World {
  /** Acme's people: its only owner, a member, one who is suspended, one who was removed. */
  readonly ana: string;
  readonly ben: string;
  readonly dan: string;
  readonly eve: string;
  /** Somebody who belongs to no organization. */
  readonly zoe: string;
  readonly acme: string;
  readonly bolt: string;
  readonly worker: Database;

  constructor(worker: Database) {
    const run = randomBytes(4).toString('hex');
    const named = (name: string) => `user:${name}-${run}`;
    this.worker = worker;
    [this.ana, this.ben, this.dan] = [named('ana'), named('ben'), named('dan')];
    [this.eve, this.zoe] = [named('eve'), named('zoe')];
    [this.acme, this.bolt] = [`org:acme-${run}`, `org:bolt-${run}`];
  }

  /** Applies a command under a key of its own, or under the given one. */
  apply(command: LedgerCommand, head: OperationHead = newHead(), graceDays = 7): Promise<Outcome> {
    return applyCommand(this.worker, head, command, { graceDays });
  }

  /** What the last column of a table says: the verdict, or the code of the refusal. */
  async outcome(command: LedgerCommand, head?: OperationHead): Promise<string> {
    return codeOf(await this.apply(command, head));
  }

  /** Applies a command that the line needs, and reads an id from its result. */
  async idFrom(prefix: IdPrefix, command: LedgerCommand, ...path: string[]): Promise<string> {
    const outcome = await this.apply(command);
    if (outcome.verdict !== 'applied') throw new Error(`Not applied: ${codeOf(outcome)}`);
    let found: unknown = outcome.result;
    for (const name of path) found = new Map(Object.entries(found ?? {})).get(name);
    const id = fromPublicId(prefix, String(found));
    if (id === null) throw new Error(`No ${prefix} id at ${path.join('.')}.`);
    return id;
  }

  /** Charges in one batch, each under its own key unless it names one. */
  async charge(...items: (Partial<ChargeItem> & { whole?: number })[]): Promise<string[]> {
    const batch = items.map(({ whole = 1, ...item }) => ({
      ...newHead(),
      wallet: this.ana,
      amount: micro(whole),
      product: 'notebook',
      ...item,
    }));
    const outcomes = await inTransaction(this.worker, (tx) => applyCharges(tx, batch));
    return outcomes.map(codeOf);
  }

  /** The transaction of a new charge. */
  async charged(wallet: string, whole: number): Promise<string> {
    const head = newHead();
    await this.charge({ ...head, wallet, whole });
    const [row] = await this.worker<{ id: string }[]>`
      select transaction_id as id from bursar.operations where key = ${head.key}::uuid`;
    if (row === undefined) throw new Error('The charge left no operation.');
    return row.id;
  }

  grant(wallet: string, whole: number, terms: { expires_at?: string } = {}): Promise<string> {
    return this.outcome({ ...grantOf(wallet, micro(whole)), ...terms });
  }

  hold(wallet: string, whole: number, lifetime = 900): Promise<string> {
    const command = { type: 'hold', product: 'notebook', expires_in: lifetime } as const;
    return this.idFrom('hold', { ...command, wallet, amount: micro(whole) }, 'hold', 'id');
  }

  request(member: string, whole: number): Promise<string> {
    const command = { type: 'credit_request', organization: this.acme, member } as const;
    return this.idFrom('req', { ...command, amount: micro(whole) }, 'credit_request', 'id');
  }

  /** A purchase that was paid; answers with its id. */
  async buy(wallet: string, whole: number, cents: number): Promise<string> {
    const head = newHead();
    const order = { wallet, credits: micro(whole), subtotal: cents, currency: 'usd' };
    const opened = await openPurchase(this.worker, head, order, 12);
    if (opened.verdict !== 'pending') throw new Error(`Not opened: ${codeOf(opened)}`);
    const purchase = String(opened.result['purchase']);
    const session = randomUUID();
    const checkout = {
      session,
      url: 'http://localhost/pay',
      customer: 'cus_test',
      discount: 0,
      promotion: null,
    };
    await attachCheckout(this.worker, head, purchase, checkout);
    const facts = {
      session,
      paidTotal: cents,
      discount: 0,
      paymentIntent: `pi_${session}`,
      promotion: null,
    };
    await fulfilPurchase(this.worker, facts);
    return purchase;
  }

  limit(wallet: string, limit: bigint | null): Promise<boolean> {
    return setOverdraftLimit(this.#owner, { wallet, limit });
  }

  /** What the wallet's row says, in micro-credits. */
  async balance(wallet: string): Promise<{ credits: bigint; held: bigint; owed: bigint }> {
    const [row] = await this.worker<{ credits: bigint; held: bigint; owed: bigint }[]>`
      select credits, held, owed from bursar.wallets where owner = ${wallet}`;
    if (row === undefined) throw new Error(`There is no wallet ${wallet}.`);
    return row;
  }

  #owner!: Database;

  /** Makes the people, the organizations and their credits. */
  async open(owner: Database): Promise<this> {
    this.#owner = owner;
    for (const user of [this.ana, this.ben, this.dan, this.eve, this.zoe]) {
      await putUser(owner, { id: bare(user) });
    }
    for (const id of [bare(this.acme), bare(this.bolt)]) {
      await putOrganization(owner, { id, name: id, owner: bare(this.ana) });
    }
    const organization = bare(this.acme);
    for (const user of [this.ben, this.dan, this.eve].map(bare)) {
      await putMember(owner, { organization, user, role: 'member' });
    }
    await suspendMember(owner, { organization, user: bare(this.dan) });
    await this.outcome({ type: 'member_removal', organization: this.acme, member: this.eve });
    await this.grant(this.acme, 100);
    await this.grant(this.ana, 50);
    return this;
  }
}

/** A table's database, and a new world for each of its lines. */
export async function openWorlds() {
  const database = await createTestDatabase();
  const worker = database.connect('bursar_worker');
  return {
    database,
    newWorld: () => new World(worker).open(database.db),
    /** The auditor's statements hold over everything that the table did. */
    close: async () => {
      await expectSoundLedger(database);
      await database.drop();
    },
  };
}

export const grantOf = (wallet: string, amount: string) =>
  ({ type: 'grant', wallet, amount, kind: 'promotional', reason: 'Welcome' }) as const;

export const bare = (owner: string): string => owner.slice(owner.indexOf(':') + 1);

export function codeOf(outcome: { verdict: string; error?: { code: string } | null }): string {
  return outcome.error ? `${outcome.verdict}: ${outcome.error.code}` : outcome.verdict;
}
