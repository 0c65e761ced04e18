/**
 * Records of one kind in order of insertion. Records are replaced, never changed in place, so an
 * event can keep the record it describes without copying it.
 */
export class Table<T extends { id: string }> {
  readonly #records = new Map<string, T>();
  /** Position by id: pages are found without walking the whole table. */
  readonly #positions = new Map<string, number>();
  /** Holes stay where records were removed, which keeps positions stable. */
  readonly #order: (string | undefined)[] = [];
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): T | undefined {
    return this.#records.get(id);
  }

  /** Inserts the record, or replaces the one with its id and keeps its place. */
  put<R extends T>(record: R): R {
    if (!this.#positions.has(record.id)) {
      this.#positions.set(record.id, this.#order.length);
      this.#order.push(record.id);
    }
    this.#records.set(record.id, record);
    this.#onChange();
    return record;
  }

  remove(id: string): void {
    const position = this.#positions.get(id);
    if (position === undefined) return;
    this.#order[position] = undefined;
    this.#positions.delete(id);
    this.#records.delete(id);
    this.#onChange();
  }

  clear(): void {
    this.#records.clear();
    this.#positions.clear();
    this.#order.length = 0;
    this.#onChange();
  }

  /** Oldest first. */
  values(): IterableIterator<T> {
    return this.#records.values();
  }

  /** From the newest back, or from the one just older than `after`. */
  *newestFirst(after?: string): IterableIterator<T> {
    const start = after === undefined ? this.#order.length : (this.#positions.get(after) ?? 0);
    for (let position = start - 1; position >= 0; position--) yield* this.#at(position);
  }

  /** From the one just newer than `after` towards the newest. */
  *newerThan(after: string): IterableIterator<T> {
    const start = this.#positions.get(after) ?? this.#order.length;
    for (let position = start + 1; position < this.#order.length; position++)
      yield* this.#at(position);
  }

  *#at(position: number): IterableIterator<T> {
    const id = this.#order[position];
    const record = id === undefined ? undefined : this.#records.get(id);
    if (record) yield record;
  }
}
