/** What can be done with one relay: edit, test, prefer, move, remove. */
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconDots,
  IconPencil,
  IconPlugConnected,
  IconStar,
  IconTrash,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../../ui/confirm';
import { toastDone, toastFailed } from '../../ui/toasts';
import { moved } from './model';
import { changeRelay, type Relay, relaysQuery, removeRelay } from './queries';

export function RelayMenu(props: {
  relay: Relay;
  relays: Relay[];
  onEdit: (id: string) => void;
  onTest: (relay: Relay) => void;
}) {
  const { relay, relays, onEdit, onTest } = props;
  const { t } = useTranslation('relays');
  const act = useAct();
  const index = relays.findIndex((one) => one.id === relay.id);
  const move = (step: -1 | 1) =>
    act(
      async () => {
        for (const { id, place } of moved(relays, relay.id, step)) await changeRelay(id, { place });
      },
      t('moved', { name: relay.name }),
    );
  const remove = () =>
    ask({
      title: t('remove.title', { name: relay.name }),
      text: t('remove.text'),
      action: t('remove.action'),
      danger: true,
      onConfirm: () => act(() => removeRelay(relay.id), t('remove.done', { name: relay.name })),
    });
  const prefer = () =>
    act(() => changeRelay(relay.id, { preferred: true }), t('nowPreferred', { name: relay.name }));
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <ActionIcon aria-label={t('menu', { name: relay.name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onEdit(relay.id)}>
          {t('common:edit')}
        </Menu.Item>
        <Menu.Item leftSection={<IconPlugConnected size={16} aria-hidden />} onClick={() => onTest(relay)}>
          {t('test.action')}
        </Menu.Item>
        {!relay.preferred && (
          <Menu.Item leftSection={<IconStar size={16} aria-hidden />} onClick={prefer}>
            {t('prefer')}
          </Menu.Item>
        )}
        <Menu.Item
          disabled={index === 0}
          leftSection={<IconArrowUp size={16} aria-hidden />}
          onClick={() => move(-1)}
        >
          {t('up')}
        </Menu.Item>
        <Menu.Item
          disabled={index === relays.length - 1}
          leftSection={<IconArrowDown size={16} aria-hidden />}
          onClick={() => move(1)}
        >
          {t('down')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          disabled={relay.preferred}
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={remove}
        >
          {t('remove.action')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Does something to the relays, shows them fresh and says how it went. */
function useAct() {
  const queries = useQueryClient();
  return (deed: () => Promise<void>, said: string) =>
    void deed()
      .then(() => toastDone(said), toastFailed)
      .finally(() => queries.invalidateQueries({ queryKey: relaysQuery().queryKey }));
}
