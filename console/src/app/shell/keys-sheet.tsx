/** The sheet of shortcuts (`?`), and the switch that turns single letters off (WCAG 2.1.4). */
import { Group, Kbd, Modal, Stack, Switch, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { setSingleKeys, shortcuts, useSingleKeys } from '../../lib/keys';

export function KeysSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const on = useSingleKeys();
  const always = [
    { keys: 'Ctrl/⌘ K', label: t('palette.open') },
    { keys: 'j k ↑ ↓', label: t('keys.move') },
    { keys: 'x', label: t('keys.choose') },
    { keys: 'Enter', label: t('keys.openRow') },
    { keys: 'Esc', label: t('keys.close') },
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack>
        <Switch
          label={t('keys.single')}
          description={t('keys.singleHelp')}
          checked={on}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        />
        <Table>
          <Table.Tbody>
            {[...always, ...(opened ? shortcuts() : [])].map(({ keys, label }) => (
              <Table.Tr key={keys + label}>
                <Table.Td w={140}>
                  <Group gap={4}>
                    {keys.split(' ').map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </Group>
                </Table.Td>
                <Table.Td>
                  <Text fz="sm">{label}</Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Modal>
  );
}
