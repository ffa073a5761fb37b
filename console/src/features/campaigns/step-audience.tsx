/** Whom a campaign goes to and whom not, with what is left of them. */
import { Alert, Card, Grid, Radio, Stack, Text, TextInput, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SegmentPicker, TagPicker } from '../../parts/audience-pickers';
import { Estimate } from './estimate';
import { listOf, type Terms, termsOf } from './model';
import { RuleTerms } from './rule-terms';
import type { StepProps } from './wizard';

export function AudienceStep({ state, plan, planError, planBusy }: StepProps) {
  const { t } = useTranslation('campaigns');
  const { settings = {}, name } = state.draft;
  const include = termsOf(settings.include);
  const exclude = termsOf(settings.exclude);
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack>
          <Card withBorder>
            <TextInput
              label={t('name.label')}
              description={t('name.help')}
              value={name}
              maxLength={200}
              error={name.trim() === '' ? t('name.missing') : undefined}
              onChange={(event) => state.setName(event.currentTarget.value)}
            />
          </Card>
          <Card withBorder>
            <Stack>
              <Title order={2}>{t('audience.include')}</Title>
              <Include terms={include} onChange={(terms) => state.setSettings({ include: listOf(terms) })} />
            </Stack>
          </Card>
          <Card withBorder>
            <Stack>
              <div>
                <Title order={2}>{t('audience.exclude')}</Title>
                <Text fz="sm" c="dimmed">
                  {t('audience.excludeHelp')}
                </Text>
              </div>
              <TermFields
                terms={exclude}
                onChange={(terms) => state.setSettings({ exclude: listOf(terms) })}
                which="exclude"
              />
            </Stack>
          </Card>
          <Alert color="indigo" title={t('audience.consentTitle')}>
            {t('audience.consentText')}
          </Alert>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Estimate
          plan={plan}
          error={planError}
          busy={planBusy}
          isEmpty={(settings.include ?? []).length === 0}
        />
      </Grid.Col>
    </Grid>
  );
}

function Include({ terms, onChange }: { terms: Terms; onChange: (terms: Terms) => void }) {
  const { t } = useTranslation('campaigns');
  return (
    <>
      <Radio.Group
        aria-label={t('audience.include')}
        value={terms.everyone ? 'everyone' : 'some'}
        onChange={(value) => onChange({ ...terms, everyone: value === 'everyone' })}
      >
        <Stack gap="xs">
          <Radio value="everyone" label={t('audience.everyone')} description={t('audience.everyoneHelp')} />
          <Radio value="some" label={t('audience.some')} description={t('audience.someHelp')} />
        </Stack>
      </Radio.Group>
      {!terms.everyone && <TermFields terms={terms} onChange={onChange} which="include" />}
    </>
  );
}

function TermFields(props: { terms: Terms; onChange: (terms: Terms) => void; which: 'include' | 'exclude' }) {
  const { terms, onChange, which } = props;
  const { t } = useTranslation('campaigns');
  return (
    <>
      <SegmentPicker
        label={t('audience.segments')}
        value={terms.segments}
        onChange={(segments) => onChange({ ...terms, segments })}
      />
      <TagPicker
        label={t('audience.tags')}
        value={terms.tags}
        onChange={(tags) => onChange({ ...terms, tags })}
      />
      <RuleTerms which={which} rules={terms.rules} onChange={(rules) => onChange({ ...terms, rules })} />
    </>
  );
}
