import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs';

import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const rotateAboveBytes = 10 * 1024 * 1024;
const tailBytes = 16 * 1024;

/** The reason of an end stands close to the end; older fatal lines concern single connections. */
const linesConsidered = 10;
const refusedClient = /FATAL: +(the database system is|password authentication failed)/;

/** The file that the server writes its messages to; one older generation is kept beside it. */
export class ServerLog {
  readonly path: string;
  #startedAtByte = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Rotates an overlong file and answers a descriptor to append to, which the caller closes. */
  open(): number {
    try {
      if (existsSync(this.path) && statSync(this.path).size > rotateAboveBytes) {
        renameSync(this.path, `${this.path}.1`);
      }
      const descriptor = openSync(this.path, 'a', 0o600);
      this.#startedAtByte = statSync(this.path).size;
      return descriptor;
    } catch (cause) {
      throw EmbeddedPostgresError.forFolder('log file', this.path, cause);
    }
  }

  /** What this run's server said about its end: the last fatal line, else the last line, else ''. */
  lastLine(): string {
    const lines = this.#tail()
      .split('\n')
      .filter((line) => line.trim() !== '' && !refusedClient.test(line))
      .slice(-linesConsidered);
    const telling = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line)) ?? lines.at(-1) ?? '';
    return telling.replace(/^.*?\[\d+\] /, '').trim();
  }

  #tail(): string {
    if (!existsSync(this.path)) return '';
    const size = statSync(this.path).size;
    const from = Math.max(this.#startedAtByte, size - tailBytes);
    const bytes = Buffer.alloc(Math.max(0, size - from));
    const descriptor = openSync(this.path, 'r');
    try {
      readSync(descriptor, bytes, 0, bytes.length, from);
    } finally {
      closeSync(descriptor);
    }
    return bytes.toString('utf8');
  }
}
