import { Button, Group, Tabs, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useOneOf } from '../../../app/use-one-of.ts';
import { t } from '../../../texts/for-operators.ts';
import { PageHeading } from '../../../ui/page-heading.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { PendingOperations, RejectedOperations } from './operation-lists.tsx';

const o = t.operator.operations;
const TABS = ['letters', 'rejected', 'pending'] as const;

/** What did not simply succeed: dead letters, refusals, and what is under way. */
export function OperationsPage() {
  const { chosen, choose } = useOneOf('tab', TABS);
  return (
    <>
      <PageHeading title={o.title} text={o.text}>
        <FindOperation />
      </PageHeading>
      <Tabs value={chosen} onChange={choose} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map((value) => (
            <Tabs.Tab key={value} value={value}>
              {o.tabs[value]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="letters">
          <DeadLetters />
        </Tabs.Panel>
        <Tabs.Panel value="rejected">
          <RejectedOperations />
        </Tabs.Panel>
        <Tabs.Panel value="pending">
          <PendingOperations />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** Goes to the page of one operation by its id. */
function FindOperation() {
  const [id, setId] = useState('');
  const navigate = useNavigate();
  const known = /^op_[0-9a-z]{26}$/.test(id.trim());
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (known) void navigate({ to: `/operations/${id.trim()}` });
        }}
      >
        <Group gap="xs" wrap="nowrap">
          <TextInput
            type="search"
            aria-label={o.find}
            placeholder={`${o.find}: ${o.findHint}`}
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            maxLength={60}
            spellCheck={false}
            autoComplete="off"
          />
          <Button type="submit" variant="default" disabled={!known}>
            {o.open}
          </Button>
        </Group>
      </form>
    </search>
  );
}
