/** A key as the API shows it; `key` itself only when it was just made. */
export interface ApiKey {
  id: string;
  name: string;
  scopes: readonly string[];
  key?: string;
  last_four: string;
  expires_at: string | null;
  last_used_at: string | null;
  created_at: string;
}

/** A line that works as it stands, and moves nothing if something else can be shown. */
export function commandFor({ key = '', scopes }: ApiKey, wallet: string, origin: string): string {
  const authorized = `-H 'Authorization: Bearer ${key}'`;
  if (scopes.includes('wallets:read')) return `curl ${origin}/v1/wallets/${wallet} ${authorized}`;
  const json = `${authorized} -H 'Content-Type: application/json'`;
  const about = `"wallet":"${wallet}","amount":"1","product":"trial"`;
  if (scopes.includes('charges:write')) {
    return `curl ${origin}/v1/charges ${json} -H 'Idempotency-Key: trial-1' -d '{${about},"preview":true}'`;
  }
  if (scopes.includes('holds:write')) {
    return `curl ${origin}/v1/holds ${json} -H 'Idempotency-Key: trial-1' -d '{${about},"preview":true}'`;
  }
  const event = `"specversion":"1.0","id":"trial-1","source":"/trial","type":"trial","subject":"${wallet}","data":{}`;
  return `curl ${origin}/v1/events ${json} -d '{${event}}'`;
}
