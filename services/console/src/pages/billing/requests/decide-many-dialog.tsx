import { Alert, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommands } from '../../../api/commands-provider.tsx';
import { walletQuery } from '../../../api/wallet.ts';
import { useOrganization } from '../../../app/workspace.ts';
import { t } from '../../../texts/for-management.ts';
import { Credits, formatCredits } from '../../../ui/amounts.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { FactList } from '../../../ui/fact-list.tsx';
import { wordsOf } from '../../../ui/words-of-error.ts';
import { askerOf, sumOf, type CreditRequest } from './credit-request.ts';
import { RejectionReason } from './reject-dialog.tsx';

const texts = t.billing.requests;

interface DecideManyDialogProps {
  decision: 'approve' | 'reject';
  requests: readonly CreditRequest[];
  onClose: () => void;
}

/** Decides many, each on its own; whoever could not be decided is named with the reason. */
export function DecideManyDialog({ decision, requests, onClose }: DecideManyDialogProps) {
  // What was decided leaves the list behind the dialog, and must not leave the dialog.
  const [meant] = useState(requests);
  const [reason, setReason] = useState('');
  const [failures, setFailures] = useState<readonly string[]>([]);
  const decide = useDecision(decision, reason.trim());
  const approves = decision === 'approve';
  const decideAll = async (): Promise<void> => {
    const failed: string[] = [];
    // One after the other, so that they are paid in the order shown.
    for (const request of meant) {
      const why = await decide(request);
      if (why !== null) failed.push(texts.failed(askerOf(request), why));
    }
    setFailures(failed);
    if (failed.length === 0) onClose();
  };
  return (
    <ConfirmDialog
      title={approves ? texts.approveManyTitle(meant.length) : texts.rejectManyTitle(meant.length)}
      action={approves ? texts.approveMany(formatCredits(sumOf(meant))) : texts.rejectConfirm}
      blocked={failures.length > 0}
      onConfirm={decideAll}
      // It closes itself, unless there is something to read.
      onClose={onClose}
      stays
    >
      {approves ? (
        <Sums requests={meant} />
      ) : (
        <RejectionReason value={reason} onChange={setReason} />
      )}
      <Text size="sm" c="dimmed">
        {texts.manyText}
      </Text>
      {failures.length > 0 && (
        <Alert color="red" role="alert">
          <List size="sm">
            {failures.map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </ConfirmDialog>
  );
}

function Sums({ requests }: { requests: readonly CreditRequest[] }) {
  const { owner } = useOrganization();
  const { data: pool } = useQuery(walletQuery(owner));
  return (
    <FactList
      label={texts.together}
      facts={[
        ...requests.map((one) => ({
          name: askerOf(one),
          value: <Credits amount={one.amount} />,
        })),
        { name: texts.together, value: <Credits amount={sumOf(requests)} />, strong: true },
        { name: texts.available, value: <Credits amount={pool?.available ?? '0'} /> },
      ]}
    />
  );
}

/** Decides one; the reason why not, or `null` when it is done. */
function useDecision(decision: 'approve' | 'reject', reason: string) {
  const { give } = useCommands();
  return async (request: CreditRequest): Promise<string | null> => {
    const approves = decision === 'approve';
    const name = askerOf(request);
    try {
      await give({
        title: approves ? texts.approveOf(name) : texts.rejectOf(name),
        path: `/v1/credit-requests/${request.id}/${decision}`,
        body: approves || reason === '' ? {} : { reason },
        owners: [request.organization],
      });
      return null;
    } catch (error) {
      return error instanceof Error ? wordsOf(error) : String(error);
    }
  };
}
