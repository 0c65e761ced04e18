import { createWriteStream, openSync, renameSync, statSync, type WriteStream } from 'node:fs';

const FILE_BYTES_MAX = 10 * 1024 * 1024;

/** The file a service's lines go to; above 10 MB it moves to `<file>.1`, which replaces the one before. */
export class ServiceLog {
  readonly #path: string;
  readonly #complain: (sentence: string) => void;
  #stream: WriteStream;
  #bytes: number;

  /** Throws the system's error when the file cannot be opened; later ones go to `complain`. */
  constructor(path: string, complain: (sentence: string) => void) {
    this.#path = path;
    this.#complain = complain;
    this.#stream = this.#open();
    this.#bytes = statSync(path).size;
  }

  write(line: string): void {
    if (this.#bytes > FILE_BYTES_MAX) this.#rotate();
    this.#bytes += Buffer.byteLength(line) + 1;
    this.#stream.write(`${line}\n`);
  }

  end(): void {
    this.#stream.end();
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.#path, { fd: openSync(this.#path, 'a', 0o600) });
    stream.once('error', (error) => {
      this.#complain(`${this.#path} cannot be written: ${error.message}`);
    });
    return stream;
  }

  #rotate(): void {
    // What is still being written follows its file to the new name.
    this.#stream.end();
    renameSync(this.#path, `${this.#path}.1`);
    this.#stream = this.#open();
    this.#bytes = 0;
  }
}
