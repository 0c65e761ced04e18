import { MultiSelect, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { bareId, nameOf, type Member } from '../api/organization.ts';
import { usePages } from '../api/use-pages.ts';
import { t } from '../texts/index.ts';

interface FieldProps {
  /** Whose members, `org:acme`. */
  organization: string;
  label: string;
  description?: string;
  error?: string | null;
}

const TYPED_MS = 250;

/** Members that match what was typed, found by the server, since there may be thousands. */
function useMembers(organization: string, typed: string) {
  const [search] = useDebouncedValue(typed.trim(), TYPED_MS);
  const { rows } = usePages<Member>({
    queryKey: ['of', organization, 'members'],
    path: `/v1/organizations/${bareId(organization)}/members`,
    filters: { search },
    limit: 25,
  });
  return rows;
}

const optionOf = (member: Member) => ({
  value: member.user,
  label: member.email === null ? nameOf(member) : `${nameOf(member)} (${member.email})`,
  disabled: member.status === 'suspended',
});

interface MemberSelectProps extends FieldProps {
  value: Member | null;
  onChange: (member: Member | null) => void;
}

/** One member, found by typing. */
export function MemberSelect({ organization, value, onChange, ...field }: MemberSelectProps) {
  const [typed, type] = useState('');
  // What was chosen stands in the field, and is no search.
  const chosen = value === null ? null : optionOf(value);
  const members = useMembers(organization, typed === chosen?.label ? '' : typed);
  const options = members.map(optionOf);
  if (chosen !== null && !options.some((one) => one.value === chosen.value)) options.push(chosen);
  return (
    <Select
      {...field}
      searchable
      data={options}
      filter={({ options: found }) => found}
      searchValue={typed}
      onSearchChange={type}
      value={value?.user ?? null}
      onChange={(user) => onChange(members.find((one) => one.user === user) ?? null)}
      nothingFoundMessage={t.words.nobodyFound}
      placeholder={t.words.findMember}
      comboboxProps={{ withinPortal: true }}
    />
  );
}

interface MembersSelectProps extends FieldProps {
  value: readonly Member[];
  onChange: (members: readonly Member[]) => void;
}

/** Several members, found one after the other. */
export function MembersSelect({ organization, value, onChange, ...field }: MembersSelectProps) {
  const [typed, type] = useState('');
  const members = useMembers(organization, typed);
  const known = new Map([...members, ...value].map((one) => [one.user, one]));
  return (
    <MultiSelect
      {...field}
      searchable
      data={[...known.values()].map(optionOf)}
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={type}
      value={value.map(({ user }) => user)}
      onChange={(users) => onChange(users.flatMap((user) => known.get(user) ?? []))}
      nothingFoundMessage={t.words.nobodyFound}
      placeholder={t.words.findMember}
    />
  );
}
