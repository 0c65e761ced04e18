import { Text } from '@mantine/core';
import { useCommands } from '../../../api/commands-provider.tsx';
import { usePreview } from '../../../api/use-preview.ts';
import { t } from '../../../texts/for-management.ts';
import { Credits, formatCredits } from '../../../ui/amounts.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { FactList } from '../../../ui/fact-list.tsx';
import { PreviewPanel } from '../../../ui/preview-panel.tsx';

/** Credits that were given to many at once. */
export interface Allocation {
  id: string;
  recipients: number;
  total: string;
  returned: string;
  status: 'running' | 'completed';
  progress: { done: number; total: number };
  reason: string | null;
  created_at: string;
}

interface UndoPreview {
  undo: { members_returning: number; returned: string; held: string; gone: string };
}

const texts = t.billing.allocations;

interface UndoDialogProps {
  owner: string;
  allocation: Allocation;
  onClose: () => void;
}

/** Takes back what nobody has spent, having said how much that is. */
export function UndoDialog({ owner, allocation, onClose }: UndoDialogProps) {
  const { give } = useCommands();
  const command = { path: `/v1/allocations/${allocation.id}/undo`, body: {} };
  const preview = usePreview<UndoPreview>(owner, command);
  const returned = preview.state === 'would' ? preview.result.undo.returned : '0';
  const title = texts.undoConfirm(formatCredits(returned));
  return (
    <ConfirmDialog
      title={texts.undoTitle}
      action={returned === '0' ? texts.nothingLeft : title}
      danger
      blocked={returned === '0'}
      onConfirm={() => give({ ...command, title, owners: [owner] })}
      onClose={onClose}
    >
      <PreviewPanel preview={preview} invitation="">
        {({ undo }) => (
          <FactList
            label={t.words.preview}
            facts={[
              { name: texts.returned, value: <Credits amount={undo.returned} />, strong: true },
              { name: texts.members, value: undo.members_returning },
              { name: texts.held, value: <Credits amount={undo.held} /> },
              { name: texts.gone, value: <Credits amount={undo.gone} /> },
            ]}
          />
        )}
      </PreviewPanel>
      <Text size="sm" c="dimmed">
        {texts.stays}
      </Text>
    </ConfirmDialog>
  );
}
