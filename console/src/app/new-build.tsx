/** Says that the server has a newer console than the one that is open. */
import { Affix, Button, Group, Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function NewBuild() {
  const { t } = useTranslation();
  return (
    <Affix position={{ bottom: 16, left: 16 }}>
      <Paper withBorder shadow="md" p="sm" role="status">
        <Group>
          <Text fz="sm">{t('newBuild.text')}</Text>
          <Button size="compact-sm" onClick={() => location.reload()}>
            {t('newBuild.reload')}
          </Button>
        </Group>
      </Paper>
    </Affix>
  );
}
