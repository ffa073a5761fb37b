/** Sharing and removing views; a removed one can be taken back at once. */
import { ActionIcon, Switch, Table, Text, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { toastFailed, toastUndo } from '../../ui/toasts';
import { changeView, removeView, saveView, type View } from './queries';

export function ManageViews({ views }: { views: View[] }) {
  const { t } = useTranslation('views');
  if (views.length === 0) return <Text fz="sm">{t('none')}</Text>;
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('name')}</Table.Th>
          <Table.Th w={200}>{t('share')}</Table.Th>
          <Table.Th w={60} aria-label={t('common:actions')} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {views.map((view) => (
          <Row key={view.id} view={view} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ view }: { view: View }) {
  const { t } = useTranslation('views');
  const { id, name, shared, list, query, columns } = view;
  const remove = async () => {
    await removeView(id);
    toastUndo(t('removed', { name }), () => {
      saveView({ list, name, query, columns, shared }).catch(toastFailed);
    });
  };
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {name}
      </Table.Th>
      <Table.Td>
        <Switch
          aria-label={t('shareOf', { name })}
          checked={shared}
          onChange={(event) =>
            void changeView(id, { shared: event.currentTarget.checked }).catch(toastFailed)
          }
        />
      </Table.Td>
      <Table.Td>
        <Tooltip label={t('remove', { name })}>
          <ActionIcon
            color="red"
            variant="subtle"
            aria-label={t('remove', { name })}
            onClick={() => void remove().catch(toastFailed)}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Table.Td>
    </Table.Tr>
  );
}
