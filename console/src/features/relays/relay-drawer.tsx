/** Adds or edits a relay. */
import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../ui/states';
import { loadRelay, type Relay } from './queries';
import { RelayFormView } from './relay-form';

export function RelayDrawer(props: {
  /** The relay's id, `new`, or undefined while closed. */
  id: string | undefined;
  onClose: () => void;
  onTest: (relay: Relay) => void;
}) {
  const { id, onClose, onTest } = props;
  const { t } = useTranslation('relays');
  const isNew = id === 'new';
  const query = useQuery({
    queryKey: ['relay-edit', id],
    queryFn: () => loadRelay(id ?? ''),
    enabled: id !== undefined && !isNew,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={isNew ? t('add.title') : t('edit.title')}
    >
      {isNew ? (
        <RelayFormView onClose={onClose} onTest={onTest} />
      ) : (
        id !== undefined && (
          <Loaded query={query}>
            {(found) => <RelayFormView loaded={found} onClose={onClose} onTest={onTest} />}
          </Loaded>
        )
      )}
    </Drawer>
  );
}
