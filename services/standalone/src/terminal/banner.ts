export interface BannerFacts {
  publicUrl: string;
  /** Where this machine reaches the API, whatever the public address is. */
  ingressUrl: string;
  operatorKey: string;
  emulatorUrl: string | null;
  /** Of the development provider, where it runs. */
  identityUrl: string | null;
  mailCaught: boolean;
  demo: boolean;
  dataDir: string;
  queue: string;
  seconds: number;
}

/** What somebody needs to begin with: where things are, the key, and a charge to paste. */
export function banner(facts: BannerFacts): string {
  const rows: [string, string][] = [
    ['Console', `${facts.publicUrl}/`],
    ['API and pages', facts.publicUrl],
    ['API reference', `${facts.publicUrl}/docs`],
    ...optional('Caught mail', facts.mailCaught ? `${facts.publicUrl}/dev/mail` : null),
    ...optional('Stripe emulator', facts.emulatorUrl),
    ...optional('Sign-in provider', facts.identityUrl),
    ['Operator key', facts.operatorKey],
    ['Queue', facts.queue],
    ['Data', facts.dataDir],
  ];
  return [
    '',
    `  Bursar is ready (${facts.seconds.toFixed(1)} s). Ctrl-C stops it.`,
    '',
    ...rows.map(([label, value]) => `  ${label.padEnd(17)}${value}`),
    '',
    ...commands(facts).flatMap(([what, command]) => [`  ${what}`, '', command, '']),
    '',
  ].join('\n');
}

const optional = (label: string, value: string | null): [string, string][] =>
  value === null ? [] : [[label, value]];

/** Lines to paste; each is whole by itself, for bash and for a plain POSIX shell. */
function commands({ demo, ingressUrl, operatorKey }: BannerFacts): [string, string][] {
  const call = (method: string, path: string, body: object, once: boolean): string =>
    [
      `curl -X ${method} ${ingressUrl}${path} -H ${quoted(`Authorization: Bearer ${operatorKey}`)}`,
      `-H 'Content-Type: application/json'`,
      ...(once ? [`-H "Idempotency-Key: $(date +%s%N)" -H 'Prefer: wait=5'`] : []),
      `-d ${quoted(JSON.stringify(body))}`,
    ].join(' ');
  const wallet = 'user:ana';
  const charge = { wallet, amount: '1.5', product: 'notebooks' };
  const grant = { wallet, amount: '100', kind: 'promotional', reason: 'Welcome' };
  const beginning: [string, string][] = demo
    ? []
    : [
        ['Make a person:', call('PUT', '/v1/users/ana', { name: 'Ana' }, false)],
        ['Give them credits:', call('POST', '/v1/grants', grant, true)],
      ];
  return [...beginning, ['Charge a wallet:', call('POST', '/v1/charges', charge, true)]];
}

/** One word for a shell, whatever it contains. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
