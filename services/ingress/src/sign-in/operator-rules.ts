/** Who is an operator: a verified address, or a claim with a value. `text` is how the setting spells it. */
export type OperatorRule = { text: string } & (
  | { kind: 'address'; address: string }
  | { kind: 'claim'; claim: string; value: string }
);

const CHOSEN_BY_PEOPLE = new Set([
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'website',
]);

/** Reads one entry of OPERATORS; a text says what is wrong with it. */
export function readOperatorRule(text: string): OperatorRule | string {
  const at = text.indexOf('=');
  if (at === -1) {
    if (/^[^\s@]+@[^\s@]+$/.test(text)) {
      return { text, kind: 'address', address: text.toLowerCase() };
    }
    return 'must be e-mail addresses, or claims such as groups=bursar-operators';
  }
  const [claim, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (claim === '' || value === '') return 'must name a claim and its value around each "="';
  // An unverified address is a claim, too.
  if (/^email/i.test(claim)) return 'must name addresses without "email="';
  if (CHOSEN_BY_PEOPLE.has(claim.toLowerCase())) {
    return `must not rest on ${claim}, which people can choose themselves; use a group or a role`;
  }
  return { text, kind: 'claim', claim, value };
}

/** The first rule that makes somebody an operator, by the address and the claims that the provider vouches for. */
export const operatorRuleOf = (
  rules: readonly OperatorRule[],
  verifiedEmail: string | null,
  claims: Readonly<Record<string, unknown>>,
): OperatorRule | null =>
  rules.find((rule) =>
    rule.kind === 'address'
      ? verifiedEmail?.toLowerCase() === rule.address
      : holds(claimAt(claims, rule.claim), rule.value),
  ) ?? null;

const holds = (claim: unknown, value: string): boolean =>
  claim === value || (Array.isArray(claim) && claim.includes(value));

/** A claim of this very name, or one inside others: `realm_access.roles`. */
function claimAt(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const key of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
