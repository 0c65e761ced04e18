import { Badge, Box, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useCommands } from '../../../api/commands-provider.tsx';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/index.ts';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { ConfirmDialog, useAct } from '../../../ui/confirm-dialog.tsx';
import { FactList } from '../../../ui/fact-list.tsx';
import { formatDay } from '../../../ui/moment.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { PageElsewhere } from '../page-elsewhere.tsx';
import { goesOn, type Plan, type Subscription } from './subscription.ts';

const s = t.subscription;

interface CurrentSubscriptionProps {
  owner: string;
  subscription: Subscription;
  plans: readonly Plan[];
}

/** How the subscription stands, what comes next, and what can be done about it. */
export function CurrentSubscription({ owner, subscription, plans }: CurrentSubscriptionProps) {
  const { status, name, quantity, seats } = subscription;
  const over = seats?.over.length ?? 0;
  return (
    <div className="lot" data-first={goesOn(subscription) || undefined}>
      <Stack gap="sm">
        <Group gap="xs">
          <Text fw={700}>
            {quantity > 1 && `${s.times(quantity)} `}
            {name}
          </Text>
          <Badge variant="light" color={COLOURS[status] ?? 'gray'}>
            {s.statuses[status] ?? status}
          </Badge>
        </Group>
        <Box maw={480}>
          <FactList label={s.title} facts={factsOf(subscription, plans)} />
        </Box>
        {subscription.cancel_at === null && <Next subscription={subscription} />}
        {status === 'past_due' && <Text size="sm">{s.pastDue}</Text>}
        {over > 0 && <Text size="sm">{s.overSeats(over)}</Text>}
        <Actions owner={owner} subscription={subscription} />
      </Stack>
    </div>
  );
}

/** A smaller plan or quantity that was chosen and begins later. */
function Next({ subscription: { next, every } }: { subscription: Subscription }) {
  if (next === null) return null;
  const price = next.price.amount === 0 ? s.free : s.price(formatMoney(next.price), every);
  const name = next.quantity > 1 ? `${s.times(next.quantity)} ${next.name}` : next.name;
  return (
    <Text size="sm" fw={600}>
      {s.becomes(formatDay(next.at), name, s.each(formatCredits(next.credits), every), price)}
    </Text>
  );
}

const COLOURS: Readonly<Record<string, string>> = {
  active: 'green',
  trialing: 'green',
  awaiting_payment: 'indigo',
  incomplete: 'indigo',
  past_due: 'red',
  unpaid: 'red',
};

function factsOf(subscription: Subscription, plans: readonly Plan[]) {
  const { credits, price, every, status, current_period_end: end } = subscription;
  const plan = plans.find(({ id }) => id === subscription.plan);
  const going = goesOn(subscription);
  return [
    { name: s.credits, value: s.each(formatCredits(credits), every) },
    { name: s.costs, value: price.amount === 0 ? s.free : s.price(formatMoney(price), every) },
    status === 'trialing' &&
      subscription.trial_end !== null && {
        name: s.trialEnds,
        value: formatDay(subscription.trial_end),
      },
    going &&
      subscription.cancel_at !== null && {
        name: s.ends,
        value: formatDay(subscription.cancel_at),
        strong: true,
      },
    going &&
      status !== 'trialing' &&
      subscription.cancel_at === null &&
      end !== null && { name: s.renews, value: formatDay(end) },
    going &&
      plan !== undefined && {
        name: s.unused,
        value:
          plan.rollover_cap === '0'
            ? s.unusedLapses
            : s.unusedMoves(formatCredits(plan.rollover_cap)),
      },
  ].filter((fact) => fact !== false);
}

function Actions({ owner, subscription }: { owner: string; subscription: Subscription }) {
  const { give } = useCommands();
  const [ending, end] = useState(false);
  const {
    id,
    checkout_url: checkout,
    cancel_at: cancelAt,
    current_period_end: until,
  } = subscription;
  const resume = useAct(
    () =>
      give({
        title: s.resuming,
        owners: [owner],
        path: `/v1/subscriptions/${id}/resume`,
        body: {},
        sets: id,
      }),
    () => undefined,
  );
  const going = goesOn(subscription);
  return (
    <Group gap="xs" align="flex-start">
      {checkout !== null && (
        <Button component="a" href={checkout} target="_blank" rel="noreferrer">
          {s.pay}
        </Button>
      )}
      {going && <PageElsewhere label={s.manage} variant="default" ask={() => portalOf(owner)} />}
      {going && cancelAt === null && (
        <Button variant="default" onClick={() => end(true)}>
          {s.cancelling}
        </Button>
      )}
      {going && cancelAt !== null && (
        <Button loading={resume.running} onClick={() => void resume.run()}>
          {s.resume}
        </Button>
      )}
      {resume.error !== null && <ProblemAlert error={resume.error} />}
      {ending && (
        <ConfirmDialog
          title={s.cancelTitle}
          action={s.cancelAction}
          back={s.notNow}
          danger
          onConfirm={() =>
            give({
              title: s.cancelling,
              owners: [owner],
              path: `/v1/subscriptions/${id}/cancel`,
              body: {},
              sets: id,
            })
          }
          onClose={() => end(false)}
        >
          <Text size="sm">{s.cancelText(until === null ? '' : formatDay(until))}</Text>
        </ConfirmDialog>
      )}
    </Group>
  );
}

/** Made for one click; it leads back to this page. */
async function portalOf(owner: string): Promise<string> {
  const { url } = await read<{ url: string }>(`/v1/wallets/${owner}/portal-session`, {
    method: 'POST',
    body: { return_url: window.location.href },
  });
  return url;
}
