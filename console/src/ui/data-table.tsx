/**
 * A list of the server's rows: columns that can be hidden, rows that can be chosen, and keys (`j`/`k` or
 * arrows move, `x` chooses, Enter opens). Paging is by cursor and belongs to `Pager`. The model is TanStack
 * Table's; markup and keys are ours.
 */
import { Checkbox, Table, VisuallyHidden } from '@mantine/core';
import {
  columnVisibilityFeature,
  createColumnHelper,
  type RowData,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Chosen, choose, isChosen } from './chosen';

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });

/** A column. The first one names the row and is always shown. */
export interface Column<Row> {
  id: string;
  header: string;
  /** True for a column of buttons: its heading is for screen readers only. */
  hideHeader?: boolean;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the end. */
  align?: 'start' | 'end';
  width?: number | string;
}

export interface DataTableProps<Row> {
  /** What the list is, for screen readers. */
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  /** The name of a row, for its checkbox. */
  rowName: (row: Row) => string;
  /** Opens a row (Enter, or a click anywhere on it). */
  onOpen?: (row: Row) => void;
  /** Ids of hidden columns. */
  hidden?: string[];
  chosen?: Chosen;
  onChoose?: (chosen: Chosen) => void;
  minWidth?: number;
}

export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const {
    caption,
    columns,
    rows,
    rowId,
    rowName,
    onOpen,
    hidden = [],
    chosen,
    onChoose,
    minWidth = 720,
  } = props;
  const { t } = useTranslation();
  const body = useRef<HTMLTableSectionElement>(null);
  const [focused, setFocused] = useState(0);
  const picked = selection(chosen, rows, rowId);
  const table = useTable({
    features,
    data: rows,
    columns: useMemo(() => {
      const helper = createColumnHelper<typeof features, Row>();
      return helper.columns(columns.map(({ id, header }) => helper.display({ id, header })));
    }, [columns]),
    getRowId: rowId,
    state: { columnVisibility: Object.fromEntries(hidden.map((id) => [id, false])), rowSelection: picked },
  });
  const visible = new Set(table.getVisibleLeafColumns().map((column) => column.id));
  const shown = columns.filter((column) => visible.has(column.id));
  const toggle = (id: string) => {
    if (chosen !== undefined) onChoose?.(choose(chosen, [id], !picked[id]));
  };
  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setFocused(next);
    body.current?.querySelectorAll<HTMLTableRowElement>(':scope > tr')[next]?.focus();
  };
  const onKey = (event: KeyboardEvent, row: Row, index: number) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Record<string, () => void> = {
      j: () => move(index + 1),
      ArrowDown: () => move(index + 1),
      k: () => move(index - 1),
      ArrowUp: () => move(index - 1),
      x: () => toggle(rowId(row)),
      Enter: () => onOpen?.(row),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  const picksAll = rows.length > 0 && rows.every((row) => picked[rowId(row)]);

  return (
    <Table.ScrollContainer minWidth={minWidth}>
      <Table className="sp-table" stickyHeader>
        <caption>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </caption>
        <Table.Thead>
          <Table.Tr>
            {onChoose !== undefined && (
              <Table.Th w={44}>
                <Checkbox
                  aria-label={t('table.choosePage')}
                  checked={picksAll}
                  indeterminate={!picksAll && Object.keys(picked).length > 0}
                  onChange={() =>
                    chosen !== undefined && onChoose(choose(chosen, rows.map(rowId), !picksAll))
                  }
                />
              </Table.Th>
            )}
            {shown.map((column) => (
              <Table.Th key={column.id} w={column.width} ta={column.align ?? 'start'}>
                {column.hideHeader ? <VisuallyHidden>{column.header}</VisuallyHidden> : column.header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <tbody ref={body}>
          {rows.map((row, index) => {
            const id = rowId(row);
            return (
              <TableRow
                key={id}
                columns={shown}
                row={row}
                name={rowName(row)}
                isFocused={index === focused}
                isTabStop={index === Math.min(focused, rows.length - 1)}
                isPicked={Boolean(picked[id])}
                onFocus={() => setFocused(index)}
                onKey={(event) => onKey(event, row, index)}
                onToggle={onChoose && (() => toggle(id))}
                onOpen={onOpen && (() => onOpen(row))}
              />
            );
          })}
        </tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface TableRowProps<Row> {
  columns: Column<Row>[];
  row: Row;
  name: string;
  isFocused: boolean;
  isTabStop: boolean;
  isPicked: boolean;
  onFocus: () => void;
  onKey: (event: KeyboardEvent) => void;
  onToggle: (() => void) | undefined;
  onOpen: (() => void) | undefined;
}

/** One row, of plain elements: a hundred rows of components with styles of their own take a third of a second. */
function TableRow<Row>(props: TableRowProps<Row>) {
  const { columns, row, name, isFocused, isTabStop, isPicked, onFocus, onKey, onToggle, onOpen } = props;
  const { t } = useTranslation();
  return (
    <tr
      tabIndex={isTabStop ? 0 : -1}
      data-focused={isFocused || undefined}
      data-opens={onOpen !== undefined || undefined}
      aria-selected={onToggle === undefined ? undefined : isPicked}
      onFocus={onFocus}
      onKeyDown={onKey}
      onClick={(event) => opens(event.target, event.currentTarget) && onOpen?.()}
    >
      {onToggle !== undefined && (
        <td>
          <input
            type="checkbox"
            className="sp-check"
            aria-label={t('table.chooseRow', { name })}
            checked={isPicked}
            onChange={onToggle}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.id} data-align={column.align}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** The rows of this page that are chosen. */
function selection<Row>(
  chosen: Chosen | undefined,
  rows: Row[],
  rowId: (row: Row) => string,
): RowSelectionState {
  if (chosen === undefined) return {};
  const ids = rows.map(rowId).filter((id) => isChosen(chosen, id));
  return Object.fromEntries(ids.map((id) => [id, true]));
}

/**
 * True if a click on `target` means the row and not a control in it. Menus and dialogs of a row stand
 * elsewhere in the page, but React tells the row of clicks in them as well.
 */
function opens(target: EventTarget, row: Element): boolean {
  if (!(target instanceof Element) || !row.contains(target)) return false;
  const control = target.closest('a, button, input, label, [role="menuitem"]');
  return control === null || !row.contains(control);
}
