import { Alert, Anchor, Button, Stack, type ButtonProps } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../texts/index.ts';
import { useAct } from '../../ui/confirm-dialog.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { openPaymentTab } from './buying/payment-tab.ts';

interface PageElsewhereProps extends ButtonProps {
  label: string;
  /** The same for who does not see what stands around it; begins with the label. */
  fullLabel?: string;
  /** Asks for the address; `null` when there is nothing to open. */
  ask: () => Promise<string | null>;
  onOpened?: () => void;
}

/** A button that opens a page of Stripe's in a tab of its own, whose address has to be asked for. */
export function PageElsewhere({ label, fullLabel, ask, onOpened, ...button }: PageElsewhereProps) {
  const [blockedUrl, setBlocked] = useState<string | null>(null);
  const { run, running, error } = useAct(
    async () => {
      const tab = openPaymentTab();
      try {
        const url = await ask();
        if (url === null) tab.close();
        else if (!tab.leadTo(url)) setBlocked(url);
      } catch (failure) {
        tab.close();
        throw failure;
      }
    },
    () => onOpened?.(),
  );
  return (
    <Stack gap="xs" align="flex-start">
      <Button {...button} loading={running} onClick={() => void run()} aria-label={fullLabel}>
        {label}
      </Button>
      {blockedUrl !== null && (
        <Alert color="yellow" variant="light" title={t.buying.blocked} role="alert">
          <Anchor href={blockedUrl} target="_blank" rel="noreferrer">
            {t.buying.payHere}
          </Anchor>
        </Alert>
      )}
      {error !== null && <ProblemAlert error={error} />}
    </Stack>
  );
}
