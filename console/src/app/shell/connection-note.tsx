/** Says that the server can't be reached; goes away by itself when it is back. */
import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStreamState } from '../../lib/stream';

export function ConnectionNote() {
  const { t } = useTranslation();
  const state = useStreamState();
  return (
    <div role="status">
      {state === 'away' && (
        <Alert color="yellow" mb="md" icon={<IconPlugConnectedX aria-hidden />} title={t('away.title')}>
          {t('away.text')}
        </Alert>
      )}
    </div>
  );
}
