import { formatAmount, parseAmount } from '@bursar/contracts/amounts';
import { Anchor, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { read } from '../../../api/request.ts';
import { useSession } from '../../../api/session.ts';
import { useOrganization } from '../../../app/workspace.ts';
import { t } from '../../../texts/for-management.ts';
import { Credits } from '../../../ui/amounts.tsx';
import { ProblemAlert } from '../../../ui/problem-alert.tsx';
import { Section } from '../../../ui/section.tsx';

interface LotPage {
  data: readonly { remaining: string; state: string; allocated_by: string | null }[];
  next_cursor: string | null;
}

const texts = t.billing.member;
const PAGES_MAX = 20;

/** What the member has unspent in their own wallet that this organization gave them. */
export function OwnPart() {
  const { user } = useSession();
  const { owner, suspended } = useOrganization();
  const { data, error, refetch } = useQuery({
    queryKey: ['of', user.id, 'part', owner],
    queryFn: ({ signal }) => partOf(user.id, owner, signal),
    refetchInterval: 10_000,
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
            <Credits amount={data} />
          </Text>
          <Text c="dimmed">{t.words.credits}</Text>
        </Group>
      )}
    </Section>
  );
}

/** Adds up the lots of a wallet that an organization allocated and that still have something. */
async function partOf(wallet: string, organization: string, signal: AbortSignal): Promise<string> {
  let sum = 0n;
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const lots: LotPage = await read(
      `/v1/wallets/${wallet}/lots?order=spending&limit=100${query}`,
      { signal },
    );
    for (const { remaining, state, allocated_by } of lots.data) {
      const parsed = parseAmount(remaining);
      if (allocated_by === organization && state === 'live' && parsed.ok) sum += parsed.micro;
    }
    cursor = lots.next_cursor;
    if (cursor === null) break;
  }
  return formatAmount(sum);
}
