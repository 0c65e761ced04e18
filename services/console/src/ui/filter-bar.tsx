import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import type { ChangeFilters } from '../app/filters.ts';
import { t } from '../texts/index.ts';
import { Icon } from './icon.tsx';

interface FilterBarProps {
  by: Pick<ChangeFilters<string>, 'clear' | 'narrowed'>;
  /** The fields. */
  children: ReactNode;
  /** What else can be done with what is shown, on the right. */
  actions?: ReactNode;
}

/** What narrows a list, above it. */
export function FilterBar({ by, children, actions }: FilterBarProps) {
  return (
    <Group component="search" align="flex-end" gap="sm" mb="md">
      {children}
      {by.narrowed && (
        <Button variant="subtle" onClick={by.clear}>
          {t.words.clearFilters}
        </Button>
      )}
      {actions !== undefined && <Group ml="auto">{actions}</Group>}
    </Group>
  );
}

interface FieldProps<Name extends string> {
  by: ChangeFilters<Name>;
  name: Name;
  label: string;
}

interface FilterSelectProps<Name extends string> extends FieldProps<Name> {
  options: readonly { value: string; label: string }[];
  /** What counts without a choice; left out, nothing is narrowed then. */
  fallback?: string;
}

/** One of a few, or any. */
export function FilterSelect<Name extends string>(props: FilterSelectProps<Name>) {
  const { by, name, label, options, fallback = '' } = props;
  return (
    <NativeSelect
      label={label}
      value={by.filters[name] ?? fallback}
      onChange={({ currentTarget }) => by.change(one(name, currentTarget.value))}
      data={fallback === '' ? [{ value: '', label: t.words.any }, ...options] : [...options]}
      maw={220}
    />
  );
}

/** A day of the reader's calendar. */
export function FilterDay<Name extends string>({ by, name, label }: FieldProps<Name>) {
  return (
    <TextInput
      type="date"
      label={label}
      value={by.filters[name] ?? ''}
      onChange={({ currentTarget }) => by.change(one(name, currentTarget.value))}
    />
  );
}

const TYPED_MS = 300;

interface FilterTextProps<Name extends string> extends FieldProps<Name> {
  placeholder?: string;
  /** The one that `/` goes to. */
  search?: boolean;
}

/** A text; the list follows when the typing pauses. */
export function FilterText<Name extends string>(props: FilterTextProps<Name>) {
  const { by, name, label, placeholder, search = false } = props;
  const applied = by.filters[name] ?? '';
  const [typed, type] = useState(applied);
  const [told, tell] = useState({ applied, own: applied });
  // Changed from outside, by Back or by lifting all filters, and not by typing that has gone on since.
  if (told.applied !== applied) {
    tell({ ...told, applied });
    if (applied !== told.own) type(applied);
  }
  const apply = useDebouncedCallback((value: string) => {
    tell((before) => ({ ...before, own: value }));
    by.change(one(name, value));
  }, TYPED_MS);
  return (
    <TextInput
      type={search ? 'search' : 'text'}
      label={label}
      placeholder={placeholder}
      leftSection={search ? <Icon name="search" size={16} /> : undefined}
      value={typed}
      onChange={({ currentTarget }) => {
        type(currentTarget.value);
        apply(currentTarget.value.trim());
      }}
      maxLength={100}
    />
  );
}

const one = <Name extends string>(name: Name, value: string) =>
  ({ [name]: value }) as Partial<Record<Name, string>>;
