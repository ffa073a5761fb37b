/** Edits a template. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Editor } from './editor';
import { saveTemplate, type Template, templateQuery } from './queries';
import type { DocumentPlace, Saved } from './source';

export const route = createLazyRoute('/s/$store/templates/$template/edit')({ component: TemplateEditor });

function savedOf({ source, version, updated_at }: Template): Saved {
  return { source, version, at: updated_at };
}

function TemplateEditor() {
  const { t } = useTranslation();
  const { template } = route.useParams();
  // While it is edited the editor is ahead of the server: nothing is asked for again by itself.
  const query = useQuery({
    ...templateQuery(template),
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (query.data !== undefined) return <Opened key={query.data.id} template={query.data} />;
  return (
    <Page title={t('nav.templates')}>
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}

function Opened({ template: loaded }: { template: Template }) {
  const { t } = useTranslation('editor');
  const { store } = route.useParams();
  const queries = useQueryClient();
  // The template as it was when the editor opened; saves do not open it anew.
  const [template] = useState(loaded);
  const place = useMemo<DocumentPlace>(
    () => ({
      kind: 'template',
      id: template.id,
      name: template.name,
      editable: true,
      saved: savedOf(template),
      save: async (source, version) => {
        const saved = await saveTemplate(template.id, version, source);
        queries.setQueryData(templateQuery(template.id).queryKey, saved);
        return savedOf(saved);
      },
      reload: async () => savedOf(await queries.fetchQuery({ ...templateQuery(template.id), staleTime: 0 })),
      back: (
        <Tooltip label={t('top.toTemplates')}>
          <ActionIcon
            size={30}
            aria-label={t('top.toTemplates')}
            renderRoot={(props) => <Link to="/s/$store/templates" params={{ store }} {...props} />}
          >
            <IconArrowLeft size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ),
    }),
    [template, store, t, queries],
  );
  return <Editor place={place} />;
}
