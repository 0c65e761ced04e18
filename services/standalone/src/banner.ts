export interface BannerFacts {
  publicUrl: string;
  operatorKey: string;
  emulatorUrl: string | null;
  mailCaught: boolean;
  demo: boolean;
  dataDir: string;
  queue: string;
  seconds: number;
}

/** What somebody needs to begin with: where things are, the key, and a charge to paste. */
export function banner(facts: BannerFacts): string {
  const rows: [string, string][] = [
    ['API and pages', facts.publicUrl],
    ['API reference', `${facts.publicUrl}/docs`],
    ...(facts.mailCaught
      ? [['Caught mail', `${facts.publicUrl}/dev/mail`] as [string, string]]
      : []),
    ...(facts.emulatorUrl === null
      ? []
      : [['Stripe emulator', facts.emulatorUrl] as [string, string]]),
    ['Operator key', facts.operatorKey],
    ['Queue', facts.queue],
    ['Data', facts.dataDir],
  ];
  const lines = rows.map(([label, value]) => `  ${label.padEnd(17)}${value}`);
  return [
    '',
    `  Bursar is ready (${facts.seconds.toFixed(1)} s). Ctrl-C stops it.`,
    '',
    ...lines,
    '',
    facts.demo ? '  Charge a wallet:' : '  Make a person, then charge the wallet:',
    '',
    ...(facts.demo ? [] : [createUser(facts), '']),
    chargeCommand(facts),
    '',
    '',
  ].join('\n');
}

const createUser = ({ publicUrl, operatorKey }: BannerFacts): string =>
  `curl -X PUT ${publicUrl}/v1/users/ana -H 'Authorization: Bearer ${operatorKey}' -H 'Content-Type: application/json' -d '{"name":"Ana"}'`;

const chargeCommand = ({ publicUrl, operatorKey }: BannerFacts): string =>
  `curl ${publicUrl}/v1/charges -H 'Authorization: Bearer ${operatorKey}' -H 'Content-Type: application/json' -H "Idempotency-Key: $(date +%s%N)" -H 'Prefer: wait=5' -d '{"wallet":"user:ana","amount":"1.5","product":"notebooks"}'`;
