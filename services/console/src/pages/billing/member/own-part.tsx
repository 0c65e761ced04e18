import { Anchor, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useSession } from '../../../api/session.ts';
import { walletQuery } from '../../../api/wallet.ts';
import { useOrganization } from '../../../app/workspace.ts';
import { t } from '../../../texts/for-management.ts';
import { Credits } from '../../../ui/amounts.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { Section } from '../../../ui/section.tsx';

const texts = t.billing.member;
/** The stream of this page tells of the organization's wallet, not of the member's. */
const LOOK_EVERY_MS = 10_000;

/** What the member has unspent in their own wallet that this organization gave them. */
export function OwnPart() {
  const { user } = useSession();
  const { owner, suspended } = useOrganization();
  const { data, error, refetch } = useQuery({
    ...walletQuery(user.id),
    refetchInterval: LOOK_EVERY_MS,
  });
  return (
    <Section
      title={texts.part}
      text={suspended ? texts.frozen : texts.partText}
      actions={
        <Anchor component={Link} to="/me/wallet" size="sm">
          {texts.wallet}
        </Anchor>
      }
    >
      {error !== null && <ProblemAlert error={error} again={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={44} w={160} />}
      {data !== undefined && (
        <Group align="baseline" gap={8}>
          <Text fz={34} fw={700} lh={1.1}>
            <Credits amount={data.by_organization[owner] ?? '0'} />
          </Text>
          <Text c="dimmed">{t.words.credits}</Text>
        </Group>
      )}
    </Section>
  );
}
