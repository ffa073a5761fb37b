/** The saved views of a list: one takes one, saves the present filters and columns as one, or tidies them up. */
import { Badge, Button, Menu, Modal } from '@mantine/core';
import { IconBookmark, IconBookmarkPlus, IconCheck, IconSettings } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toastDone } from '../../ui/toasts';
import { ManageViews } from './manage';
import { filtersOf, queryOf } from './model';
import { type List, saveView, type View, viewsQuery } from './queries';
import { ViewForm } from './view-form';

export interface ViewsMenuProps {
  list: List;
  /** The list as it is shown now. */
  filters: Record<string, unknown>;
  columns: string[];
  /** Shows the list as a view says; without columns it keeps the present ones. */
  onTake: (filters: Record<string, string>, columns: string[] | undefined) => void;
}

export function ViewsMenu({ list, filters, columns, onTake }: ViewsMenuProps) {
  const { t } = useTranslation('views');
  const views = useQuery(viewsQuery(list)).data?.items ?? [];
  const [dialog, setDialog] = useState<'save' | 'manage'>();
  const query = queryOf(filters);
  const close = () => setDialog(undefined);
  const take = (view: View) =>
    onTake(filtersOf(view.query), view.columns.length > 0 ? view.columns : undefined);
  return (
    <>
      <Menu position="bottom-start" withArrow>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
            {views.find((view) => view.query === query)?.name ?? t('views')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              leftSection={
                view.query === query ? <IconCheck size={14} aria-label={t('present')} /> : undefined
              }
              rightSection={view.shared && <Badge variant="default">{t('shared')}</Badge>}
              onClick={() => take(view)}
            >
              {view.name}
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          <Menu.Item
            leftSection={<IconBookmarkPlus size={14} aria-hidden />}
            onClick={() => setDialog('save')}
          >
            {t('save')}
          </Menu.Item>
          {views.length > 0 && (
            <Menu.Item
              leftSection={<IconSettings size={14} aria-hidden />}
              onClick={() => setDialog('manage')}
            >
              {t('manage')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={dialog === 'save'} onClose={close} title={t('save')}>
        <ViewForm
          onSave={async (name, shared) => {
            await saveView({ list, name, query, columns, shared });
            toastDone(t('saved', { name }));
          }}
          onEnd={close}
        />
      </Modal>
      <Modal opened={dialog === 'manage'} onClose={close} title={t('manage')} size="lg">
        <ManageViews views={views} />
      </Modal>
    </>
  );
}
