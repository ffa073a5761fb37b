/** What can be done with a template in the library. */
import { modals } from '@mantine/modals';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ask } from '../../ui/confirm';
import { NameForm } from '../../ui/name-form';
import { toastDone, toastFailed } from '../../ui/toasts';
import {
  campaignFrom,
  deleteTemplate,
  duplicateTemplate,
  renameTemplate,
  type TemplateSummary,
  templatesKey,
} from './queries';

/** Longest name, in characters. */
const NAME_MAX = 120;

export function useTemplateDeeds() {
  const { t } = useTranslation('templates');
  const { store } = useParams({ from: '/s/$store' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const fresh = () => queries.invalidateQueries({ queryKey: templatesKey });
  const tried = async (deed: () => Promise<void>) => {
    try {
      await deed();
    } catch (error) {
      toastFailed(error);
    }
  };
  return {
    campaign: (template: TemplateSummary) =>
      tried(async () => {
        const campaign = await campaignFrom(template, '');
        await navigate({ to: '/s/$store/campaigns/$campaign/content', params: { store, campaign } });
      }),
    duplicate: (template: TemplateSummary) =>
      tried(async () => {
        await duplicateTemplate(template.id);
        await fresh();
        toastDone(t('duplicated', { name: template.name }));
      }),
    rename: (template: TemplateSummary) => {
      const id = modals.open({
        title: t('rename.title'),
        children: (
          <NameForm
            label={t('rename.name')}
            max={NAME_MAX}
            first={template.name}
            onSave={async (name) => {
              await renameTemplate(template, name);
              await fresh();
            }}
            onEnd={() => modals.close(id)}
          />
        ),
      });
    },
    remove: (template: TemplateSummary) =>
      ask({
        title: t('remove.title', { name: template.name }),
        text: t('remove.text'),
        action: t('remove.action'),
        danger: true,
        onConfirm: () =>
          void tried(async () => {
            await deleteTemplate(template.id);
            await fresh();
            toastDone(t('remove.done', { name: template.name }));
          }),
      }),
  };
}
