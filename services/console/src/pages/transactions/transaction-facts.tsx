import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '../../texts/index.ts';
import { CopyId } from '../../ui/copy-id.tsx';
import { Moment } from '../../ui/moment.tsx';
import type { Transaction } from './transaction.ts';

const p = t.transaction;

/** Who, what, why, and through which key or operation; only what there is. */
export function factsOf(
  one: Transaction,
  nameOf: (owner: string) => string,
): { name: string; value: ReactNode }[] {
  const { pricing } = one;
  const facts: Record<string, ReactNode> = {
    [p.who]: one.actor.startsWith('key_') ? p.byKey(one.actor) : nameOf(one.actor),
    [p.counterparty]: one.counterparty && nameOf(one.counterparty),
    [p.product]: one.product,
    [p.message]: one.message,
    [p.description]: one.description,
    [p.reason]: one.reason,
    [p.price]:
      pricing && p.priced(pricing.quantity, `${pricing.price}, v${pricing.version.toString()}`),
    [p.hold]: one.hold && <CopyId id={one.hold} short />,
    [p.corrects]: one.corrects && <To to={`/transactions/${one.corrects}`}>{p.corrected}</To>,
    [p.operation]: one.operation && <To to={`/operations/${one.operation}`}>{p.seeOperation}</To>,
    ...one.metadata,
    [p.occurred]: one.occurred_at !== one.created_at && <Moment at={one.occurred_at} />,
    [p.booked]: <Moment at={one.created_at} />,
  };
  return Object.entries(facts).flatMap(([name, value]) =>
    value === null || value === false || value === '' ? [] : [{ name, value }],
  );
}

function To({ to, children }: { to: string; children: string }) {
  return (
    <Anchor component={Link} to={to} size="sm">
      {children}
    </Anchor>
  );
}
