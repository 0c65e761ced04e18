import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useCommands } from '../../../api/commands-provider.tsx';
import { t } from '../../../texts/for-management.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Asked } from './approve-dialog.tsx';
import { askerOf, type CreditRequest } from './credit-request.ts';

const texts = t.billing.requests;

interface RejectDialogProps {
  request: CreditRequest;
  onClose: () => void;
}

/** Says no, and why. */
export function RejectDialog({ request, onClose }: RejectDialogProps) {
  const { give } = useCommands();
  const [reason, setReason] = useState('');
  const words = reason.trim();
  return (
    <ConfirmDialog
      title={texts.rejectTitle(askerOf(request))}
      action={texts.rejectConfirm}
      onConfirm={() =>
        give({
          title: texts.rejectOf(askerOf(request)),
          path: `/v1/credit-requests/${request.id}/reject`,
          body: words === '' ? {} : { reason: words },
          owners: [request.organization],
        })
      }
      onClose={onClose}
    >
      <Asked request={request} />
      <RejectionReason value={reason} onChange={setReason} />
    </ConfirmDialog>
  );
}

interface RejectionReasonProps {
  value: string;
  onChange: (reason: string) => void;
}

export const RejectionReason = ({ value, onChange }: RejectionReasonProps) => (
  <Textarea
    label={texts.rejectReason}
    description={texts.rejectHint}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
    maxLength={500}
    autosize
    minRows={2}
    data-autofocus
  />
);
