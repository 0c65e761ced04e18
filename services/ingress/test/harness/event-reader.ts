export interface ReadEvent {
  id: string | null;
  event: string;
  // Tests look into documents of many shapes; what is missing fails their expectations.
  data: ReturnType<typeof JSON.parse>;
}

export interface EventReader {
  status: number;
  headers: Headers;
  /** The next event that tells something new; rejects when the stream ends before. */
  next(): Promise<ReadEvent>;
  /** Resolves once the other side said that it still looks. */
  beat(): Promise<void>;
  /** Resolves once the other side has ended the stream. */
  ended(): Promise<void>;
  close(): void;
}

/** Opens a stream of server-sent events as a browser would. */
export async function openEvents(
  url: string,
  headers: Record<string, string>,
): Promise<EventReader> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  const events = eventsOf(response.body ?? new ReadableStream());
  return {
    status: response.status,
    headers: response.headers,
    async next() {
      for (;;) {
        const read = await nextOf(events);
        if (read.event !== 'beat') return read;
      }
    },
    async beat() {
      while ((await nextOf(events)).event !== 'beat');
    },
    async ended() {
      while ((await events.next()).done !== true);
    },
    close: () => leaving.abort(),
  };
}

async function nextOf(events: AsyncGenerator<ReadEvent>): Promise<ReadEvent> {
  const read = await events.next();
  if (read.done === true) throw new Error('The stream ended.');
  return read.value;
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ReadEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const data = field('data');
      if (data === undefined) continue;
      yield { id: field('id') ?? null, event: field('event') ?? 'message', data: JSON.parse(data) };
    }
  }
}
