/** What a campaign says, and from whom. */
import { Card, Grid, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { TagInput } from '../../parts/merge-tags/tag-input';
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
              <TagInput
                label={t('content.subject')}
                description={
                  length > SUBJECT_SHOWN
                    ? t('content.subjectLong', { count: length, shown: SUBJECT_SHOWN })
                    : t('content.characters', { count: length })
                }
                value={content.subject}
                onChange={(subject) => state.setContent({ subject: oneLine(subject) })}
              />
              <TagInput
                label={t('content.preheader')}
                description={t('content.preheaderHelp')}
                value={content.preheader ?? ''}
                onChange={(preheader) => state.setContent({ preheader: oneLine(preheader) })}
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
