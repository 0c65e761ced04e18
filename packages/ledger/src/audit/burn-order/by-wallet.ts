/** Rows sorted by wallet, handed out a wallet at a time and in ascending order of wallets. */
export class ByWallet<Row extends { wallet_id: bigint }> {
  readonly #rows: AsyncIterator<Row>;
  #next: Row | null = null;
  #ended = false;

  constructor(rows: AsyncIterable<Row>) {
    this.#rows = rows[Symbol.asyncIterator]();
  }

  /** The wallet of the next row, or null at the end. */
  async nextWallet(): Promise<bigint | null> {
    return (await this.#peek())?.wallet_id ?? null;
  }

  /** The rows of one wallet; rows of wallets before it are passed over. */
  async *rowsOf(wallet: bigint): AsyncGenerator<Row> {
    for (let row = await this.#peek(); row !== null; row = await this.#peek()) {
      if (row.wallet_id > wallet) return;
      this.#next = null;
      if (row.wallet_id === wallet) yield row;
    }
  }

  async #peek(): Promise<Row | null> {
    if (this.#next === null && !this.#ended) {
      const step = await this.#rows.next();
      this.#ended = step.done === true;
      this.#next = step.done === true ? null : step.value;
    }
    return this.#next;
  }
}
