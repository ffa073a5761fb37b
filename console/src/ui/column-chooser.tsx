/** Which columns a list shows; the choice stays in this browser (saved views keep their own). */
import { ActionIcon, Checkbox, Popover, Stack, Tooltip } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** The hidden columns of a list, kept under its name. */
export function useHiddenColumns(
  list: string,
  atFirst: string[] = [],
): [string[], (hidden: string[]) => void] {
  const [hidden, setHidden] = useLocalStorage<string[]>({ key: `sp-columns-${list}`, defaultValue: atFirst });
  return [hidden, setHidden];
}

export function ColumnChooser(props: {
  columns: { id: string; header: string }[];
  hidden: string[];
  onChange: (hidden: string[]) => void;
}) {
  const { columns, hidden, onChange } = props;
  const { t } = useTranslation();
  return (
    <Popover position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Tooltip label={t('table.columns')}>
          <ActionIcon variant="default" size="lg" aria-label={t('table.columns')}>
            <IconColumns3 size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('table.columns')}>
        <Stack gap="xs">
          {columns.slice(1).map(({ id, header }) => (
            <Checkbox
              key={id}
              label={header}
              checked={!hidden.includes(id)}
              onChange={(event) =>
                onChange(event.currentTarget.checked ? hidden.filter((h) => h !== id) : [...hidden, id])
              }
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
