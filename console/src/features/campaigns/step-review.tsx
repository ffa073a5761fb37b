/** The last look: what the checks say, how the message looks for somebody, a test, and the launch. */
import { Card, Grid, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Loaded, RowsLoading } from '../../ui/states';
import { CheckList } from './check-list';
import { Breakdown } from './estimate';
import { LaunchCard } from './launch-card';
import { PreviewCard } from './preview-card';
import { TestCard } from './test-card';
import type { StepProps } from './wizard';

export function ReviewStep(props: StepProps) {
  const { id, state, plan, planError, goTo } = props;
  const { t } = useTranslation('campaigns');
  const hasAudience = (state.draft.settings?.include ?? []).length > 0;
  const query = { data: plan, error: planError, refetch: () => {}, isPending: plan === undefined };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack>
          <Card withBorder>
            <Stack>
              <Title order={2}>{t('review.checks')}</Title>
              {hasAudience ? (
                <Loaded query={query} loading={<RowsLoading rows={6} />}>
                  {(data) => <CheckList plan={data} id={id} goTo={goTo} />}
                </Loaded>
              ) : (
                <CheckList plan={undefined} id={id} goTo={goTo} />
              )}
            </Stack>
          </Card>
          <PreviewCard id={id} state={state} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack>
          <LaunchCard {...props} />
          {plan !== undefined && (
            <Card withBorder>
              <Stack>
                <Title order={2}>{t('estimate.title')}</Title>
                <Breakdown plan={plan} />
              </Stack>
            </Card>
          )}
          <TestCard id={id} state={state} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
