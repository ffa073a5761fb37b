/** The console's own explanation before the browser asks: what for, and what happens without (P-033, P-034). */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Permission } from './queries';

export interface AskDialogProps {
  permission: Permission | undefined;
  onAllow: (permission: Permission) => void;
  onRefuse: (permission: Permission) => void;
}

export function AskDialog({ permission, onAllow, onRefuse }: AskDialogProps) {
  const { t } = useTranslation('devicePermissions');
  if (permission === undefined) return null;
  return (
    <Modal opened onClose={() => onRefuse(permission)} title={t(`ask.${permission}.title`)}>
      <Stack>
        <Text fz="sm">{t(`ask.${permission}.text`)}</Text>
        <Text fz="sm" c="dimmed">
          {t(`ask.${permission}.without`)}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onRefuse(permission)}>
            {t('notNow')}
          </Button>
          <Button data-autofocus onClick={() => onAllow(permission)}>
            {t('allow')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
