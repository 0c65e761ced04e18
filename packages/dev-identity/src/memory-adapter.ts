import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

const ENTRIES_MAX = 10_000;

interface Entry {
  payload: AdapterPayload;
  endsAt: number;
}

/** What the provider keeps, until it stops: bounded, the oldest first to go. Each call makes a store of its own. */
export function memoryAdapter(): AdapterFactory {
  const entries = new Map<string, Entry>();

  function find(matches: (payload: AdapterPayload) => boolean, model: string) {
    for (const [key, { payload }] of entries) {
      if (key.startsWith(`${model}:`) && matches(payload)) return read(key);
    }
    return undefined;
  }

  function read(key: string): AdapterPayload | undefined {
    const entry = entries.get(key);
    if (entry !== undefined && entry.endsAt > Date.now()) return entry.payload;
    entries.delete(key);
    return undefined;
  }

  return (model): Adapter => ({
    async upsert(id, payload, expiresIn) {
      const key = `${model}:${id}`;
      entries.delete(key);
      const oldest = entries.size >= ENTRIES_MAX ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
      const endsAt = expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1_000;
      entries.set(key, { payload, endsAt });
    },
    find: async (id) => read(`${model}:${id}`),
    findByUid: async (uid) => find((payload) => payload.uid === uid, model),
    findByUserCode: async (code) => find((payload) => payload.userCode === code, model),
    async consume(id) {
      const payload = read(`${model}:${id}`);
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1_000);
    },
    async destroy(id) {
      entries.delete(`${model}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of entries) {
        if (payload.grantId === grantId) entries.delete(key);
      }
    },
  });
}
