/** The library: the store's templates and the ready ones. */
import { Button, Group, Menu, SegmentedControl, TextInput } from '@mantine/core';
import {
  IconChevronDown,
  IconCode,
  IconFile,
  IconSearch,
  IconTemplate,
  IconUpload,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../lib/keys';
import { storeQuery } from '../../lib/session';
import { newDocument } from '../../parts/email-document/new-document';
import { Page } from '../../ui/page';
import { toastFailed } from '../../ui/toasts';
import { OwnTemplates } from './own';
import { createTemplate, type EmailSource } from './queries';
import { ReadyTemplates } from './ready';

export const route = createLazyRoute('/s/$store/templates')({ component: Templates });

function Templates() {
  const { t } = useTranslation('templates');
  const { tab = 'own', search = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const { blank } = useNewTemplate();
  useShortcuts([
    { keys: '/', label: t('search'), action: () => field.current?.focus() },
    { keys: 'c', label: t('new.blank'), action: () => void blank() },
  ]);
  return (
    <Page title={t('title')} description={t('description')} actions={<NewMenu />}>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t('tab.label')}
          value={tab}
          data={[
            { value: 'own', label: t('tab.own') },
            { value: 'ready', label: t('tab.ready') },
          ]}
          onChange={(next) =>
            void navigate({ search: (now) => ({ ...now, tab: next === 'ready' ? 'ready' : undefined }) })
          }
        />
        <TextInput
          ref={field}
          w={280}
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => {
            const words = event.currentTarget.value || undefined;
            void navigate({ replace: true, search: (now) => ({ ...now, search: words }) });
          }}
        />
      </Group>
      {tab === 'own' ? <OwnTemplates search={search} /> : <ReadyTemplates search={search} />}
    </Page>
  );
}

/** Ways to begin. */
function NewMenu() {
  const { t } = useTranslation('templates');
  const { store } = route.useParams();
  const navigate = useNavigate();
  const { blank, code } = useNewTemplate();
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button rightSection={<IconChevronDown size={16} aria-hidden />}>{t('new.label')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFile size={16} aria-hidden />} onClick={() => void blank()}>
          {t('new.blank')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTemplate size={16} aria-hidden />}
          onClick={() =>
            void navigate({ to: '/s/$store/templates', params: { store }, search: { tab: 'ready' } })
          }
        >
          {t('new.ready')}
        </Menu.Item>
        <Menu.Item leftSection={<IconCode size={16} aria-hidden />} onClick={() => void code()}>
          {t('new.mjml')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconUpload size={16} aria-hidden />}
          onClick={() => void navigate({ to: '/s/$store/templates/import', params: { store } })}
        >
          {t('new.import')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const FIRST_MJML = `<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text><h1>{{ store.name }}</h1></mj-text>
        <mj-text>
          {{ store.name }}<br />{{ store.postal_address }}<br />
          <a href="{{ links.unsubscribe }}">Unsubscribe</a>
        </mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`;

/** Makes a new template and opens it. */
function useNewTemplate() {
  const { t } = useTranslation('templates');
  const { store } = route.useParams();
  const navigate = useNavigate();
  const { data } = useQuery(storeQuery());
  const open = async (body: EmailSource['body']) => {
    try {
      const template = await createTemplate({
        name: t('new.name'),
        source: { subject: '', preheader: '', body },
      });
      await navigate({ to: '/s/$store/templates/$template/edit', params: { store, template } });
    } catch (error) {
      toastFailed(error);
    }
  };
  return {
    blank: () => open({ format: 'document', document: newDocument(data?.settings.brand ?? {}) }),
    code: () => open({ format: 'mjml', source: FIRST_MJML }),
  };
}
