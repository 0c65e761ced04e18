import { Button, NumberInput, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useCommands } from '../../../api/commands-provider.tsx';
import { t } from '../../../texts/index.ts';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { PageElsewhere } from '../page-elsewhere.tsx';
import type { Plan, Subscription } from './subscription.ts';

const s = t.subscription;
const QUANTITY_MAX = 1_000;

interface PlanCardProps {
  owner: string;
  plan: Plan;
  /** The subscription that goes on. */
  ongoing: Subscription | null;
}

/** A plan with everything that is promised, and the way into it. */
export function PlanCard({ owner, plan, ongoing }: PlanCardProps) {
  const price = plan.price.amount === 0 ? s.free : s.price(formatMoney(plan.price), plan.every);
  return (
    <Paper withBorder p="md" radius="md" className="choice" component="article">
      <Stack h="100%" justify="space-between">
        <Stack gap={4}>
          <Title order={4} size="h5">
            {plan.name}
          </Title>
          <Text fz="xl" fw={700}>
            {price}
          </Text>
          <Text size="sm" fw={600}>
            {s.each(formatCredits(plan.credits), plan.every)}
          </Text>
          {promisesOf(plan).map((promise) => (
            <Text key={promise} size="sm" c="dimmed">
              {promise}
            </Text>
          ))}
        </Stack>
        {ongoing === null ? (
          <Subscribe owner={owner} plan={plan} />
        ) : (
          <Change owner={owner} plan={plan} ongoing={ongoing} />
        )}
      </Stack>
    </Paper>
  );
}

function promisesOf(plan: Plan): string[] {
  const { rollover_cap: cap, trial_days: days, seats, grace_hours: grace } = plan;
  return [
    cap === '0' ? s.noRollover : s.rollover(formatCredits(cap)),
    s.grace(grace),
    days === 0 ? '' : s.trial(days, formatCredits(plan.trial_credits)),
    seats === null ? '' : s.seats(seats),
  ].filter((text) => text !== '');
}

function Subscribe({ owner, plan }: { owner: string; plan: Plan }) {
  const { give } = useCommands();
  const [quantity, setQuantity] = useState(1);
  const ask = async (): Promise<string | null> => {
    const { result } = await give<{ subscription: Subscription }>({
      title: s.subscribing(plan.name),
      owners: [owner],
      path: '/v1/subscriptions',
      awaits: (begun) =>
        (begun?.subscription.checkout_url ?? null) === null ? null : t.shell.activity.awaitsPayment,
      body: { wallet: owner, plan: plan.id, quantity },
    });
    return result?.subscription.checkout_url ?? null;
  };
  return (
    <Stack gap="xs">
      {owner.startsWith('org:') && <Quantity value={quantity} onChange={setQuantity} />}
      <PageElsewhere label={s.subscribe(plan.name)} ask={ask} />
    </Stack>
  );
}

function Change({ owner, plan, ongoing }: PlanCardProps & { ongoing: Subscription }) {
  const mine = ongoing.plan === plan.id;
  const pool = owner.startsWith('org:');
  const { next } = ongoing;
  if (mine && next !== null) {
    return (
      <ChangeTo
        owner={owner}
        plan={plan}
        ongoing={ongoing}
        action={s.keep(plan.name)}
        text={s.keepText}
      />
    );
  }
  if (mine && !pool) return <Text fw={600}>{s.current}</Text>;
  if (next?.plan === plan.id && !pool) return <Text fw={600}>{s.coming}</Text>;
  return (
    <ChangeTo
      owner={owner}
      plan={plan}
      ongoing={ongoing}
      action={mine ? s.changeQuantity : s.switchTo(plan.name)}
      text={s.changeUp}
      countable={pool}
    />
  );
}

interface ChangeToProps {
  owner: string;
  plan: Plan;
  ongoing: Subscription;
  /** The words of the button. */
  action: string;
  /** What follows from it. */
  text: string;
  /** Whether its quantity can be chosen, too. */
  countable?: boolean;
}

function ChangeTo({ owner, plan, ongoing, action, text, countable = false }: ChangeToProps) {
  const { give } = useCommands();
  const [asking, ask] = useState(false);
  const [quantity, setQuantity] = useState(ongoing.quantity);
  const change = (): Promise<unknown> =>
    give({
      title: action,
      owners: [owner],
      path: `/v1/subscriptions/${ongoing.id}/change`,
      body: { plan: plan.id, quantity: countable ? quantity : ongoing.quantity },
      sets: ongoing.id,
    });
  return (
    <>
      <Button variant="default" onClick={() => ask(true)}>
        {action}
      </Button>
      {asking && (
        <ConfirmDialog title={action} action={action} onConfirm={change} onClose={() => ask(false)}>
          {countable && <Quantity value={quantity} onChange={setQuantity} />}
          <Text size="sm">{text}</Text>
        </ConfirmDialog>
      )}
    </>
  );
}

const Quantity = ({ value, onChange }: { value: number; onChange: (to: number) => void }) => (
  <NumberInput
    label={s.quantity}
    value={value}
    onChange={(typed) => onChange(typeof typed === 'number' ? typed : 1)}
    min={1}
    max={QUANTITY_MAX}
    allowDecimal={false}
    maw={140}
  />
);
