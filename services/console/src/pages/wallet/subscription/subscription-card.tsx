import { SimpleGrid, Skeleton, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../texts/index.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { Section } from '../../../ui/section.tsx';
import { CurrentSubscription } from './current-subscription.tsx';
import { PlanCard } from './plan-card.tsx';
import { goesOn, plansQuery, subscriptionQuery } from './subscription.ts';

const s = t.subscription;

/** Credits that come with every period: what goes on, and what there is to choose from. */
export function SubscriptionCard({ owner }: { owner: string }) {
  const plans = useQuery(plansQuery(owner));
  const current = useQuery(subscriptionQuery(owner));
  const error = plans.error ?? current.error;
  const known = plans.data !== undefined && current.data !== undefined;
  const ongoing = goesOn(current.data ?? null) ? (current.data ?? null) : null;
  return (
    <Section title={s.title} text={s.none}>
      {error !== null && (
        <ProblemAlert
          error={error}
          again={() => void Promise.all([plans.refetch(), current.refetch()])}
        />
      )}
      {!known && error === null && <Skeleton h={220} />}
      {known && current.data !== null && (
        <CurrentSubscription owner={owner} subscription={current.data} plans={plans.data} />
      )}
      {known && plans.data.length === 0 && (
        <EmptyState title={s.noPlans.title} text={s.noPlans.text} />
      )}
      {known && plans.data.length > 0 && (
        <Stack gap="xs">
          <Title order={3} size="h5">
            {s.plans}
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>
            {plans.data.map((plan) => (
              <PlanCard key={plan.id} owner={owner} plan={plan} ongoing={ongoing} />
            ))}
          </SimpleGrid>
        </Stack>
      )}
    </Section>
  );
}
