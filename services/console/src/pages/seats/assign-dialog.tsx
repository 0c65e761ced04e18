import { formatAmount, parseAmount } from '@bursar/contracts/amounts';
import { Modal, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommands } from '../../api/commands-provider.tsx';
import { bareId, nameOf, organizationQuery, type Member } from '../../api/organization.ts';
import { walletQuery } from '../../api/wallet.ts';
import { useOrganization } from '../../app/workspace.ts';
import { t } from '../../texts/for-management.ts';
import { Credits, formatCredits } from '../../ui/amounts.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { FormActions } from '../../ui/form-actions.tsx';
import { MemberSelect } from '../../ui/member-select.tsx';

const texts = t.seats;

/** Gives a member a seat, with what that takes from the pool in sight. */
export function AssignDialog({ onClose }: { onClose: () => void }) {
  const { id, owner } = useOrganization();
  const { give } = useCommands();
  const client = useQueryClient();
  const [member, setMember] = useState<Member | null>(null);
  const action = member === null ? texts.assign : texts.assignTo(nameOf(member));
  const assign = async (): Promise<void> => {
    if (member === null) return;
    // An empty pool keeps the operation pending for as long as it stays empty; what was asked for stays in sight.
    onClose();
    const path = `/v1/organizations/${id}/seats/${bareId(member.user)}`;
    const given = give({
      method: 'PUT',
      path,
      body: {},
      sets: path,
      title: action,
      owners: [owner, member.user],
    });
    const looking = setInterval(() => {
      void client.invalidateQueries({ queryKey: ['of', owner, 'seats'] });
    }, 2_000);
    // A refusal is shown among what was asked for.
    await given.then(nothing, nothing);
    clearInterval(looking);
  };
  return (
    <Modal opened onClose={onClose} title={texts.assignTitle}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void assign();
        }}
      >
        <Stack>
          <MemberSelect
            organization={owner}
            label={texts.member}
            value={member}
            onChange={setMember}
          />
          <Consequences />
          <FormActions
            action={action}
            running={false}
            disabled={member === null}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Modal>
  );
}

const nothing = (): void => undefined;

/** What a seat takes from the pool now. */
function Consequences() {
  const { id, owner } = useOrganization();
  const { data: organization } = useQuery(organizationQuery(id));
  const { data: pool } = useQuery(walletQuery(owner));
  const brings = organization?.settings.seat_allocation ?? null;
  if (brings === null || pool === undefined) {
    return <Text size="sm">{texts.consequenceNothing}</Text>;
  }
  const left = micro(pool.available) - micro(brings);
  return (
    <Stack gap="xs">
      <Text size="sm">{texts.consequence(formatCredits(brings))}</Text>
      <Text size="sm" c="dimmed">
        {texts.consequenceOnce}
      </Text>
      <FactList
        label={t.words.preview}
        facts={[
          { name: texts.poolNow, value: <Credits amount={pool.available} /> },
          {
            name: texts.poolAfter,
            value: left < 0n ? texts.tooLittle : <Credits amount={formatAmount(left)} />,
            strong: true,
          },
        ]}
      />
    </Stack>
  );
}

const micro = (amount: string): bigint => {
  const parsed = parseAmount(amount);
  return parsed.ok ? parsed.micro : 0n;
};
