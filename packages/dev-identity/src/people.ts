import { createHash } from 'node:crypto';

/** Somebody who can sign in with one click. */
export interface DevPerson {
  /** What the provider calls them, for ever the same. */
  sub: string;
  name: string;
  /** Null: the provider knows no address. */
  email: string | null;
  /** False: nobody has checked that the address is theirs. True unless told otherwise. */
  emailVerified?: boolean;
  /** Shown on the page, and told as the claim `groups`. */
  groups?: readonly string[];
}

const SOMEBODY_MAX = 1_000;

/** The people handed in, and those who typed a name since the start; of the latter the oldest are forgotten. */
export class People {
  readonly listed: readonly DevPerson[];
  readonly #typed = new Map<string, DevPerson>();

  constructor(listed: readonly DevPerson[]) {
    this.listed = listed;
  }

  find(sub: string): DevPerson | undefined {
    return this.listed.find((person) => person.sub === sub) ?? this.#typed.get(sub);
  }

  /** The same address is the same person, also after a restart. */
  somebody(name: string, email: string, emailVerified: boolean): DevPerson {
    const digest = createHash('sha256').update(email.toLowerCase()).digest('hex');
    const person = { sub: `typed-${digest.slice(0, 24)}`, name, email, emailVerified };
    const oldest = this.#typed.size >= SOMEBODY_MAX ? this.#typed.keys().next().value : undefined;
    if (oldest !== undefined) this.#typed.delete(oldest);
    this.#typed.set(person.sub, person);
    return person;
  }
}
