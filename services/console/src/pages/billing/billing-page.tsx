import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { manages, useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { Icon } from '../../ui/icon.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import { BalanceCard } from '../wallet/balance-card.tsx';
import { OwedBanner } from '../wallet/owed-banner.tsx';
import { BuyForPool, useBuying } from './buy-for-pool.tsx';
import { MemberBilling } from './member/member-billing.tsx';
import { PoolTabs } from './pool-tabs.tsx';
import { TransferDialog } from './transfer/transfer-dialog.tsx';

/** The pool of an organization, for who manages it; for everybody else their part of it. */
export function BillingPage() {
  const organization = useOrganization();
  return manages(organization) ? <PoolPage /> : <MemberBilling />;
}

function PoolPage() {
  const { owner, name } = useOrganization();
  const [transferring, transfer] = useState(false);
  const buying = useBuying(owner);
  return (
    <>
      <PageHeading title={t.billing.title} text={t.billing.text(name)} />
      <OwedBanner owner={owner} onBuy={buying.open} />
      <Stack gap="lg">
        <BalanceCard owner={owner}>
          <Button
            variant="default"
            leftSection={<Icon name="plus" size={16} />}
            aria-expanded={buying.shown}
            onClick={buying.toggle}
          >
            {t.billing.buy}
          </Button>
          <Button leftSection={<Icon name="send" size={16} />} onClick={() => transfer(true)}>
            {t.billing.transfer.button}
          </Button>
        </BalanceCard>
        {buying.shown && <BuyForPool owner={owner} />}
        <PoolTabs owner={owner} />
      </Stack>
      {transferring && <TransferDialog owner={owner} onClose={() => transfer(false)} />}
    </>
  );
}
