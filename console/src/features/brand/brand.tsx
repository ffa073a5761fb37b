/** The brand kit: how new emails look, with a sample that follows; and the saved blocks. */
import { Card, Grid, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { storeQuery } from '../../lib/session';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { BrandForm } from './brand-form';
import { SavedBlocks } from './saved-blocks';

export const route = createLazyRoute('/s/$store/brand')({ component: BrandKit });

function BrandKit() {
  const { t } = useTranslation('brand');
  const store = useQuery(storeQuery());
  return (
    <Page title={t('title')} description={t('description')}>
      <Loaded query={store}>{({ settings }) => <BrandForm saved={settings.brand ?? {}} />}</Loaded>
      <Grid>
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Card withBorder>
            <Stack>
              <Title order={2}>{t('saved.title')}</Title>
              <SavedBlocks />
            </Stack>
          </Card>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
