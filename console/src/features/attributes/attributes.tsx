/** Custom fields of contacts: what each is, how it is kept, and what it is needed for. */
import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconForms, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { useShortcuts } from '../../lib/keys';
import { useJob, useJobEnd } from '../../parts/job-watch';
import { askTyped } from '../../ui/confirm';
import { type Column, DataTable } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { useProblemText } from '../../ui/problem-text';
import { EmptyState, Loaded } from '../../ui/states';
import { Status } from '../../ui/status';
import { toastDone, toastFailed } from '../../ui/toasts';
import { AttributeForm } from './attribute-form';
import { type Attribute, afterJob, attributesQuery, deleteAttribute } from './queries';

export const route = createLazyRoute('/s/$store/fields')({ component: Attributes });

function useDeeds() {
  const { t } = useTranslation('attributes');
  const words = useProblemText();
  const [job, setJob] = useState<string>();
  useJobEnd(useJob(job), () => void afterJob());
  const edit = (attribute?: Attribute) => {
    const id: string = modals.open({
      title: attribute === undefined ? t('new') : t('editTitle', { name: attribute.label }),
      size: 'lg',
      children: <AttributeForm attribute={attribute} onEnd={() => modals.close(id)} />,
    });
  };
  const remove = (attribute: Attribute) =>
    askTyped({
      title: t('deleteTitle', { name: attribute.label }),
      text: t('deleteText'),
      action: t('delete'),
      word: attribute.name,
      onConfirm: () =>
        void deleteAttribute(attribute.id).then(
          (id) => {
            setJob(id);
            toastDone(t('deleting', { name: attribute.label }));
          },
          (error: unknown) => toastFailed(error, words(problemOf(error))),
        ),
    });
  return { edit, remove };
}

function useColumns(deeds: ReturnType<typeof useDeeds>): Column<Attribute>[] {
  const { t } = useTranslation('attributes');
  return useMemo(
    () => [
      {
        id: 'label',
        header: t('column.label'),
        cell: (a) => (
          <Stack gap={0} align="flex-start">
            <Text fz="sm" fw={500}>
              {a.label}
            </Text>
            <Code fz="xs">{a.name}</Code>
          </Stack>
        ),
        width: 220,
      },
      {
        id: 'type',
        header: t('column.type'),
        cell: (a) => <Text fz="sm">{t(`type.${a.type}`)}</Text>,
        width: 130,
      },
      {
        id: 'class',
        header: t('column.class'),
        cell: (a) => (
          <Status tone={a.class === 'personal' ? 'warning' : 'neutral'} label={t(`class.${a.class}`)} />
        ),
        width: 170,
      },
      { id: 'purpose', header: t('column.purpose'), cell: (a) => <Text fz="sm">{a.purpose}</Text> },
      {
        id: 'actions',
        header: t('common:actions'),
        hideHeader: true,
        align: 'end',
        cell: (a) => (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={() => deeds.edit(a)}>
              {t('edit')}
            </Button>
            <Button size="compact-sm" variant="light" color="red" onClick={() => deeds.remove(a)}>
              {t('delete')}
            </Button>
          </Group>
        ),
      },
    ],
    [t, deeds],
  );
}

function Attributes() {
  const { t } = useTranslation('attributes');
  const query = useQuery(attributesQuery());
  const deeds = useDeeds();
  const columns = useColumns(deeds);
  useShortcuts([{ keys: 'c', label: t('new'), action: () => deeds.edit() }]);
  const newButton = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => deeds.edit()}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              icon={<IconForms aria-hidden />}
              title={t('empty.title')}
              text={t('empty.text')}
              action={newButton}
            />
          ) : (
            <DataTable
              caption={t('title')}
              columns={columns}
              rows={items}
              rowId={(a) => a.id}
              rowName={(a) => a.label}
              minWidth={860}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
