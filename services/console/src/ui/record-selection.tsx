import { Checkbox } from '@mantine/core';
import { t } from '../texts/index.ts';

/** Rows that are ticked, by their keys. */
export interface Selection<Row> {
  chosen: ReadonlySet<string>;
  change: (chosen: ReadonlySet<string>) => void;
  /** Names a row to whom does not see it, such as "Ben, 200 credits". */
  label: (row: Row) => string;
  may?: (row: Row) => boolean;
}

interface SelectProps<Row> {
  keyOf: (row: Row) => string;
  selection: Selection<Row>;
}

/** The box of one row. */
export function SelectOne<Row>({ row, keyOf, selection }: SelectProps<Row> & { row: Row }) {
  const { chosen, change, label, may } = selection;
  const key = keyOf(row);
  const toggle = (checked: boolean): void => {
    const next = new Set(chosen);
    if (checked) next.add(key);
    else next.delete(key);
    change(next);
  };
  return (
    <Checkbox
      aria-label={t.words.chooseRow(label(row))}
      checked={chosen.has(key)}
      disabled={may?.(row) === false}
      onChange={({ currentTarget }) => toggle(currentTarget.checked)}
    />
  );
}

/** The box above all rows that may be ticked. */
export function SelectAll<Row>({
  rows,
  keyOf,
  selection,
}: SelectProps<Row> & { rows: readonly Row[] }) {
  const { chosen, change, may } = selection;
  const keys = rows.filter((row) => may?.(row) !== false).map(keyOf);
  const all = keys.length > 0 && keys.every((key) => chosen.has(key));
  return (
    <Checkbox
      aria-label={t.words.chooseAll}
      checked={all}
      indeterminate={!all && keys.some((key) => chosen.has(key))}
      onChange={({ currentTarget }) => change(new Set(currentTarget.checked ? keys : []))}
    />
  );
}
