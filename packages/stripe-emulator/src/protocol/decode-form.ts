import { invalidRequest } from './stripe-error.ts';

/** What a bracketed form decodes to: text at the leaves, lists for `a[]` and `a[0]`. */
export type FormValue = string | FormValue[] | FormObject;
export interface FormObject {
  [key: string]: FormValue;
}

const PAIRS_MAX = 2_000;
const DEPTH_MAX = 12;
/** A fixed ceiling keeps `a[999999999]=x` from allocating a huge list. */
const INDEX_MAX = 1_000;

/**
 * Decodes `application/x-www-form-urlencoded` text with Stripe's brackets:
 * `a[b]=1`, `a[0][b]=1`, `a[]=1`. An empty text is kept, since it means "unset" to Stripe.
 */
export function decodeForm(encoded: string): FormObject {
  const root = new Node();
  let pairs = 0;
  for (const [key, value] of new URLSearchParams(encoded)) {
    if (++pairs > PAIRS_MAX) throw invalidRequest(`Send at most ${PAIRS_MAX} parameters.`);
    root.insert(splitKey(key), value);
  }
  return root.toObject();
}

/** `line_items[0][price]` → `['line_items', '0', 'price']`. */
function splitKey(key: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
  if (!match) throw invalidRequest(`Invalid parameter name: ${key}`, key);
  const inner = [...(match[2] ?? '').matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] ?? '');
  if (inner.length >= DEPTH_MAX) throw invalidRequest(`Too deeply nested: ${key}`, key);
  return [match[1] ?? '', ...inner];
}

/** Collects the children of one bracket level before it is known whether they are a list. */
class Node {
  readonly #children = new Map<string, Node | string>();
  #appended = 0;

  insert(path: string[], value: string): void {
    const [head = '', ...rest] = path;
    const key = head === '' ? String(this.#appended++) : head;
    if (rest.length === 0) {
      this.#children.set(key, value);
      return;
    }
    const existing = this.#children.get(key);
    const child = existing instanceof Node ? existing : new Node();
    this.#children.set(key, child);
    child.insert(rest, value);
  }

  toObject(): FormObject {
    // fromEntries defines own properties, so a parameter named __proto__ is merely unknown.
    return Object.fromEntries([...this.#children].map(([key, child]) => [key, toValue(child)]));
  }

  toValue(): FormValue {
    const keys = [...this.#children.keys()];
    if (!keys.every((key) => /^\d+$/.test(key) && Number(key) < INDEX_MAX)) return this.toObject();
    return keys
      .toSorted((a, b) => Number(a) - Number(b))
      .map((key) => toValue(this.#children.get(key) ?? ''));
  }
}

function toValue(child: Node | string): FormValue {
  return typeof child === 'string' ? child : child.toValue();
}
