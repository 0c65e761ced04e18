import { Badge, Stack, Tabs } from '@mantine/core';
import { countOf } from '../../api/use-pages.ts';
import { useOneOf } from '../../app/use-one-of.ts';
import { t } from '../../texts/for-management.ts';
import { AutoTopUpCard } from '../wallet/auto-top-up/auto-top-up-card.tsx';
import { SavedCards } from '../wallet/auto-top-up/saved-cards.tsx';
import { ExpiryTimeline } from '../wallet/lots/expiry-timeline.tsx';
import { LotsCard } from '../wallet/lots/lots-card.tsx';
import { PaymentHistory } from '../wallet/payments/payment-history.tsx';
import { SubscriptionCard } from '../wallet/subscription/subscription-card.tsx';
import { AllocationList } from './allocations/allocation-list.tsx';
import { useCreditRequests } from './requests/credit-request.ts';
import { RequestsTab } from './requests/requests-tab.tsx';

const texts = t.billing.tabs;
const TABS = [
  'credits',
  'requests',
  'allocations',
  'payments',
  'auto-top-up',
  'subscription',
] as const;
const NAMES = { ...t.wallet.tabs, ...texts };

type Tab = (typeof TABS)[number];

/** What there is to a pool, part by part. The part is in the address, so that it can be linked. */
export function PoolTabs({ owner }: { owner: string }) {
  const { chosen: tab, choose } = useOneOf('tab', TABS);
  const pending = countOf(useCreditRequests(owner, { status: 'pending' }));
  return (
    <Tabs value={tab} onChange={choose} keepMounted={false}>
      <Tabs.List mb="lg" aria-label={texts.label} className="scrolling-tabs">
        {TABS.map((one) => (
          <Tabs.Tab
            key={one}
            value={one}
            ref={one === tab ? bringIntoSight : null}
            rightSection={one === 'requests' && <Count count={pending} />}
          >
            {NAMES[one]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab}>
        <Stack gap="lg">
          <Shown tab={tab} owner={owner} />
        </Stack>
      </Tabs.Panel>
    </Tabs>
  );
}

/** On a phone the parts do not fit beside each other. */
const bringIntoSight = (chosen: HTMLElement | null): void =>
  chosen?.scrollIntoView({ inline: 'center', block: 'nearest' });

function Shown({ tab, owner }: { tab: Tab; owner: string }) {
  switch (tab) {
    case 'credits':
      return (
        <>
          <LotsCard owner={owner} />
          <ExpiryTimeline owner={owner} />
        </>
      );
    case 'requests':
      return <RequestsTab owner={owner} />;
    case 'allocations':
      return <AllocationList owner={owner} />;
    case 'payments':
      return <PaymentHistory owner={owner} />;
    case 'subscription':
      return <SubscriptionCard owner={owner} />;
    case 'auto-top-up':
      return (
        <>
          <AutoTopUpCard owner={owner} />
          <SavedCards owner={owner} />
        </>
      );
  }
}

const Count = ({ count }: { count: string }) =>
  count === '0' ? null : (
    <Badge
      size="sm"
      flex="none"
      variant="filled"
      color="indigo.7"
      aria-label={t.billing.pending(count)}
    >
      {count}
    </Badge>
  );
