/** What holds for the whole email: subject, preview text, text part, colours and type. */
import { Accordion, Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DocumentSettings } from '../../../parts/email-document/types';
import { TagInput } from '../../../parts/merge-tags/tag-input';
import { useEditor } from '../editor-state';
import { updateSettings } from '../model/edit';
import type { EmailSource } from '../queries';
import { useCatalogue } from '../use-catalogue';
import { useFieldName } from '../use-names';
import type { Located } from '../use-problems';
import { Field } from './fields';

/** Phones show about this many characters. */
const SUBJECT_SHOWN = 40;

export function EmailForm({ problems }: { problems: Located[] }) {
  const { document: email, editable } = useEditor();
  return (
    <fieldset disabled={!editable} style={{ border: 0, padding: 0, margin: 0, minInlineSize: 0 }}>
      <Stack gap="sm">
        <Words problems={problems} />
        {email !== undefined && <Settings settings={email.settings ?? {}} problems={problems} />}
      </Stack>
    </fieldset>
  );
}

function Words({ problems }: { problems: Located[] }) {
  const { t } = useTranslation('editor');
  const { source, change } = useEditor();
  const put = (field: 'subject' | 'preheader' | 'text') => (value: string | null) =>
    change(`email ${field}`, (now): EmailSource => ({ ...now, [field]: value }));
  const at = (part: string) =>
    problems.find((problem) => problem.part === part && problem.level === 'error')?.message;
  const subject = source.subject ?? '';
  const ownText = source.text !== undefined && source.text !== null;
  return (
    <>
      <TagInput
        size="xs"
        label={t('email.subject')}
        description={t('email.subjectLength', { count: [...subject].length, shown: SUBJECT_SHOWN })}
        value={subject}
        error={at('subject')}
        onChange={put('subject')}
      />
      <TagInput
        size="xs"
        label={t('email.preheader')}
        description={t('email.preheaderHelp')}
        value={source.preheader ?? ''}
        error={at('preheader')}
        onChange={put('preheader')}
      />
      <Switch
        size="sm"
        label={t('email.ownText')}
        description={t('email.ownTextHelp')}
        checked={ownText}
        onChange={(event) => put('text')(event.currentTarget.checked ? '' : null)}
      />
      {ownText && (
        <TagInput
          size="xs"
          multiline
          label={t('email.text')}
          value={source.text ?? ''}
          error={at('text')}
          onChange={put('text')}
        />
      )}
    </>
  );
}

function Settings({ settings, problems }: { settings: DocumentSettings; problems: Located[] }) {
  const { t } = useTranslation('editor');
  const { edit } = useEditor();
  const { settings: fields } = useCatalogue();
  const name = useFieldName();
  const at = (field: string) => problems.find((problem) => problem.field === `settings/${field}`)?.message;
  return (
    <Accordion
      variant="separated"
      defaultValue="look"
      chevronPosition="left"
      styles={{ control: { padding: '0 8px' }, content: { padding: 8 } }}
    >
      <Accordion.Item value="look">
        <Accordion.Control fz="sm">{t('email.look')}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="sm">
            {fields.map((field) => (
              <Field
                key={field.name}
                field={field}
                kind="settings"
                label={name('settings', field.name)}
                value={settings[field.name as keyof DocumentSettings]}
                error={at(field.name)}
                onChange={(value) =>
                  edit(`settings ${field.name}`, (now) => updateSettings(now, { [field.name]: value }))
                }
              />
            ))}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
