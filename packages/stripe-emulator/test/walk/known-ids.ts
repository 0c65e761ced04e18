/** The ids that a walk has met, by the kinds that their prefixes tell. */
export class KnownIds {
  readonly #byKind = new Map<string, string[]>();

  /** Notes every id anywhere in an answer. */
  note(value: unknown): void {
    if (typeof value === 'string') this.#noteText(value);
    else if (Array.isArray(value)) for (const item of value) this.note(item);
    else if (typeof value === 'object' && value !== null) {
      if ('object' in value && value.object === 'coupon' && 'id' in value)
        this.#add('coupon', String(value.id));
      for (const item of Object.values(value)) this.note(item);
    }
  }

  /** One of a kind, and now and then one that never was. */
  pick(kind: string, choice: number): string {
    const known = this.#byKind.get(kind) ?? [];
    const nobody = `${kind}_none000000000`;
    return choice % 23 === 22 ? nobody : (known[choice % known.length] ?? nobody);
  }

  copy(): KnownIds {
    const copy = new KnownIds();
    for (const [kind, ids] of this.#byKind) copy.#byKind.set(kind, ids);
    return copy;
  }

  #noteText(text: string): void {
    const kind = /^([a-z]+)(_test)?_[A-Za-z0-9]{8,}$/.exec(text)?.[1];
    if (kind !== undefined) this.#add(kind, text);
  }

  #add(kind: string, id: string): void {
    const known = this.#byKind.get(kind) ?? [];
    if (!known.includes(id)) this.#byKind.set(kind, [...known, id]);
  }
}
