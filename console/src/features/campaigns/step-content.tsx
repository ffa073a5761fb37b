/** What a campaign says, and from whom. */
import { Card, Grid, Stack, Textarea, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DeliveryFields } from './delivery-fields';
import { DesignCard } from './design-card';
import { InboxPreview } from './inbox-preview';
import { plainLiquid, SUBJECT_SHOWN, subjectLength } from './model';
import { SenderFields } from './sender-fields';
import { TextPart } from './text-part';
import type { StepProps } from './wizard';

export function ContentStep(props: StepProps) {
  const { state } = props;
  const { t } = useTranslation('campaigns');
  const { content } = state.draft;
  const length = subjectLength(plainLiquid(content.subject));
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack>
          <Card withBorder>
            <Stack>
              <Title order={2}>{t('content.inbox')}</Title>
              <Textarea
                label={t('content.subject')}
                description={
                  length > SUBJECT_SHOWN
                    ? t('content.subjectLong', { count: length, shown: SUBJECT_SHOWN })
                    : t('content.characters', { count: length })
                }
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                autosize
                minRows={1}
                maxRows={4}
                value={content.subject}
                onChange={(event) => state.setContent({ subject: oneLine(event.currentTarget.value) })}
              />
              <Textarea
                label={t('content.preheader')}
                description={t('content.preheaderHelp')}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                autosize
                minRows={1}
                maxRows={4}
                value={content.preheader ?? ''}
                onChange={(event) => state.setContent({ preheader: oneLine(event.currentTarget.value) })}
              />
              <SenderFields state={state} />
            </Stack>
          </Card>
          <TextPart state={state} />
          <DeliveryFields state={state} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack>
          <InboxPreview content={content} />
          <DesignCard {...props} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

/** Subject and preheader are one line; a pasted break becomes a space. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
