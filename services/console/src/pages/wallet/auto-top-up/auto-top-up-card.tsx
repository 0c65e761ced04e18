import { Badge, Button, Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { read } from '../../../api/request.ts';
import { t } from '../../../texts/index.ts';
import { formatCredits, formatMoney } from '../../../ui/amounts.tsx';
import { useAct } from '../../../ui/confirm-dialog.tsx';
import { formatDay, formatMoment } from '../../../ui/moment.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { Section } from '../../../ui/section.tsx';
import { Attempts } from './attempts.tsx';
import { autoTopUpPath, autoTopUpQuery, type AutoTopUp } from './auto-top-up.ts';
import { cardsQuery, nameOf } from './card.ts';
import { TermsForm } from './terms-form.tsx';

const a = t.autoTopUp;

/** Whether credits buy themselves, on which terms, and how that stands. */
export function AutoTopUpCard({ owner }: { owner: string }) {
  const { data, error, refetch } = useQuery(autoTopUpQuery(owner));
  const { data: cards } = useQuery(cardsQuery(owner));
  const [changing, change] = useState(false);
  const known = data !== undefined && cards !== undefined;
  const asking = known && cards.length > 0 && (changing || !data.enabled);
  return (
    <Section title={a.title} text={a.text} actions={data && <State {...data} />}>
      {error !== null && <ProblemAlert error={error} again={() => void refetch()} />}
      {!known && error === null && <Skeleton h={180} />}
      {known && data.enabled && (
        <Terms owner={owner} view={data} changing={changing} change={change} />
      )}
      {known && !data.enabled && data.consent !== null && <Text size="sm">{data.next_step}</Text>}
      {known && cards.length === 0 && <Text size="sm">{a.needsCard}</Text>}
      {asking && (
        <TermsForm
          owner={owner}
          view={data}
          cards={cards}
          onAgreed={() => change(false)}
          {...(data.enabled && { onCancel: () => change(false) })}
        />
      )}
      {known && data.attempts.length > 0 && <Attempts attempts={data.attempts} />}
      <Text size="xs" c="dimmed">
        {a.breaker}
      </Text>
    </Section>
  );
}

const COLOURS: Readonly<Record<AutoTopUp['state'], string>> = {
  off: 'gray',
  watching: 'green',
  in_progress: 'indigo',
  waiting: 'orange',
  cap_reached: 'orange',
  paused: 'red',
};

const State = ({ state }: AutoTopUp) => (
  <Badge variant="light" size="lg" color={COLOURS[state]}>
    {a.states[state]}
  </Badge>
);

interface TermsProps {
  owner: string;
  view: AutoTopUp;
  changing: boolean;
  change: (changing: boolean) => void;
}

/** What was agreed to, what of it was used, and the way out of it. */
function Terms({ owner, view, changing, change }: TermsProps) {
  const client = useQueryClient();
  const stop = useAct(
    async () => {
      await read(autoTopUpPath(owner), { method: 'PUT', body: { enabled: false } });
      await client.invalidateQueries({ queryKey: ['of', owner, 'auto-top-up'] });
    },
    () => change(false),
  );
  return (
    <Stack gap="sm">
      <Text fw={600}>{termsOf(view)}</Text>
      <Text size="sm" {...(view.state === 'paused' && { c: 'var(--mantine-color-error)' })}>
        {view.next_step}{' '}
        {view.next_attempt_at !== null && a.tries(formatMoment(view.next_attempt_at))}
      </Text>
      <Month {...view} />
      <Text size="sm" c="dimmed">
        {view.payment_method !== null && `${nameOf(view.payment_method)} · `}
        {view.consent !== null && a.agreed(formatMoment(view.consent.at))}
      </Text>
      {!changing && (
        <Group gap="xs">
          <Button variant="default" onClick={() => change(true)}>
            {view.state === 'paused' ? a.again : a.change}
          </Button>
          <Button variant="default" loading={stop.running} onClick={() => void stop.run()}>
            {a.switchOff}
          </Button>
        </Group>
      )}
      {stop.error !== null && <ProblemAlert error={stop.error} />}
    </Stack>
  );
}

const termsOf = ({ threshold, amount, target }: AutoTopUp): string => {
  const low = formatCredits(threshold ?? '0');
  return amount === null
    ? a.termsTarget(low, formatCredits(target ?? '0'))
    : a.terms(low, formatCredits(amount));
};

/** What the month has left, since the cap is what protects. */
function Month({ month, monthly_cap: cap }: AutoTopUp) {
  if (month === null || cap === null) return null;
  const words = a.ofCap(formatMoney(month.charged), formatMoney(cap));
  const share = cap.amount === 0 ? 100 : (100 * month.charged.amount) / cap.amount;
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {a.month}: {words}
        </Text>
        <Text size="sm" c="dimmed">
          {a.monthUntil(formatDay(month.to))}
        </Text>
      </Group>
      <Progress value={Math.min(100, share)} aria-label={words} />
    </Stack>
  );
}
