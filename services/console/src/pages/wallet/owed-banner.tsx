import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { walletQuery } from '../../api/wallet.ts';
import { t } from '../../texts/index.ts';
import { formatCredits } from '../../ui/amounts.tsx';

const o = t.wallet.owedBanner;

interface OwedBannerProps {
  owner: string;
  /** Leads to where credits are bought; left out where they are. */
  onBuy?: () => void;
}

/** Red while something is owed; gone by itself when it is paid. */
export function OwedBanner({ owner, onBuy }: OwedBannerProps) {
  const { data } = useQuery(walletQuery(owner));
  if (data === undefined || data.owed === '0') return null;
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      title={o.title(formatCredits(data.owed))}
      mb="md"
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">{o.text}</Text>
        {onBuy && (
          <Button size="xs" variant="default" onClick={onBuy}>
            {o.buy}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
