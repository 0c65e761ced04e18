import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  readMessage,
  summarize,
  withEnvelope,
  type MailEnvelope,
  type MailMessage,
  type MailSummary,
} from './read-message.ts';

const messagesMax = 500;
const idShape = /^(\d{13})-[0-9a-f]{12}$/;

/** The last 500 messages as `.eml` files, which every mail program opens; newest first in memory. */
export class MailStore {
  readonly #folder: string;
  #summaries: MailSummary[] = [];
  #lastMs = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads what an earlier run kept; makes the folder when missing. */
  static async open(folder: string): Promise<MailStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const store = new MailStore(folder);
    const ids = (await readdir(folder))
      .filter((name) => name.endsWith('.eml'))
      .map((name) => name.slice(0, -'.eml'.length))
      .filter((id) => idShape.test(id))
      .toSorted()
      .toReversed();
    for (const id of ids) {
      const message = await store.#read(id);
      if (message !== null) store.#summaries.push(summarize(message));
    }
    store.#lastMs = Number(ids[0]?.split('-', 1)[0] ?? 0);
    await store.#dropOldest();
    return store;
  }

  /** Newest first; `to` keeps those delivered to that address, whatever its case. */
  list(filter: { readonly to?: string; readonly limit?: number } = {}): MailSummary[] {
    const to = filter.to?.trim().toLowerCase();
    return this.#summaries
      .filter((mail) => !to || mail.to.some((address) => address.toLowerCase() === to))
      .slice(0, filter.limit ?? messagesMax);
  }

  /** The whole message, or null for an id that is unknown or meanwhile gone. */
  async find(id: string): Promise<MailMessage | null> {
    return this.#summaries.some((mail) => mail.id === id) ? this.#read(id) : null;
  }

  /** The message as it came over the wire, with its envelope in front; null as for `find`. */
  async source(id: string): Promise<Buffer | null> {
    return this.#summaries.some((mail) => mail.id === id) ? this.#readRaw(id) : null;
  }

  /** Resolves once the message is a complete file. */
  async add(envelope: MailEnvelope, raw: Buffer): Promise<void> {
    const id = this.#nextId();
    const stored = withEnvelope(envelope, raw);
    const partial = join(this.#folder, `${id}.partial`);
    await writeFile(partial, stored, { mode: 0o600 });
    await rename(partial, this.#path(id));
    const summary = summarize(await readMessage(id, dateOf(id), stored));
    // Two messages may finish in another order than they began.
    this.#summaries = [summary, ...this.#summaries].toSorted((a, b) => (a.id < b.id ? 1 : -1));
    await this.#dropOldest();
  }

  async clear(): Promise<void> {
    const gone = this.#summaries;
    this.#summaries = [];
    for (const { id } of gone) await rm(this.#path(id), { force: true });
  }

  async #dropOldest(): Promise<void> {
    const gone = this.#summaries.slice(messagesMax);
    this.#summaries = this.#summaries.slice(0, messagesMax);
    for (const { id } of gone) await rm(this.#path(id), { force: true });
  }

  /** Ids sort by arrival even when several messages arrive within one millisecond. */
  #nextId(): string {
    this.#lastMs = Math.max(Date.now(), this.#lastMs + 1);
    return `${String(this.#lastMs).padStart(13, '0')}-${randomBytes(6).toString('hex')}`;
  }

  async #read(id: string): Promise<MailMessage | null> {
    const raw = await this.#readRaw(id);
    return raw === null ? null : readMessage(id, dateOf(id), raw);
  }

  async #readRaw(id: string): Promise<Buffer | null> {
    try {
      return await readFile(this.#path(id));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.eml`);
  }
}

function dateOf(id: string): string {
  return new Date(Number(id.split('-', 1)[0])).toISOString();
}
