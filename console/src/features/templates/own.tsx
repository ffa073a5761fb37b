/** The store's own templates as cards. */
import {
  ActionIcon,
  Badge,
  Button,
  Card,
  Group,
  Menu,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from '@mantine/core';
import {
  IconCopy,
  IconDots,
  IconPencil,
  IconSpeakerphone,
  IconTemplate,
  IconTrash,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { EmailThumbnail } from '../../parts/email-thumbnail/thumbnail';
import { ShowMore } from '../../ui/show-more';
import { EmptyState, Failed, FilteredEmpty } from '../../ui/states';
import { Moment } from '../../ui/time';
import { useTemplateDeeds } from './deeds';
import { renderTemplate, type TemplateSummary, templatesQuery } from './queries';
import './templates.css';

const COLUMNS = { base: 1, xs: 2, md: 3, lg: 4 };

export function OwnTemplates({ search }: { search: string }) {
  const { t } = useTranslation('templates');
  const { store } = useParams({ from: '/s/$store' });
  const navigate = useNavigate();
  const query = useInfiniteQuery(templatesQuery());
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const words = search.trim().toLowerCase();
  useEffect(() => {
    // A search looks through all of them.
    if (words !== '' && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [words, hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (query.data === undefined) {
    return query.error ? (
      <Failed error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <CardsLoading />
    );
  }
  const all = query.data.pages.flatMap(({ items }) => items);
  if (all.length === 0) {
    return (
      <EmptyState
        icon={<IconTemplate aria-hidden />}
        title={t('empty.title')}
        text={t('empty.text')}
        action={
          <Button
            onClick={() =>
              void navigate({ to: '/s/$store/templates', params: { store }, search: { tab: 'ready' } })
            }
          >
            {t('empty.action')}
          </Button>
        }
      />
    );
  }
  const found = all.filter(
    ({ name, subject }) => name.toLowerCase().includes(words) || subject.toLowerCase().includes(words),
  );
  if (found.length === 0 && !hasNextPage) {
    return <FilteredEmpty onClear={() => void navigate({ to: '/s/$store/templates', params: { store } })} />;
  }
  return (
    <Stack>
      <SimpleGrid cols={COLUMNS}>
        {found.map((template) => (
          <TemplateCard key={template.id} template={template} />
        ))}
      </SimpleGrid>
      <ShowMore query={query} />
    </Stack>
  );
}

function CardsLoading() {
  return (
    <SimpleGrid cols={COLUMNS}>
      {['a', 'b', 'c', 'd'].map((key) => (
        <Skeleton key={key} height={300} radius="md" />
      ))}
    </SimpleGrid>
  );
}

function TemplateCard({ template }: { template: TemplateSummary }) {
  const { t } = useTranslation('templates');
  const { store } = useParams({ from: '/s/$store' });
  const { id, name, subject, version, format, updated_at } = template;
  return (
    <Card withBorder className="sp-template-card" component="article" aria-label={name}>
      <Link
        className="sp-template-open"
        to="/s/$store/templates/$template/edit"
        params={{ store, template: id }}
        aria-label={t('open', { name })}
      >
        <EmailThumbnail
          of={[id, version]}
          render={() => renderTemplate(id)}
          title={t('thumbnail.of', { name })}
        />
      </Link>
      <Group p="sm" wrap="nowrap" justify="space-between" align="flex-start" gap="xs">
        <Stack gap={2} miw={0}>
          <Text fw={600} fz="sm" truncate title={name}>
            {name}
          </Text>
          <Text fz="xs" c="dimmed" truncate>
            {subject || t('noSubject')}
          </Text>
          <Group gap={6}>
            <Badge size="sm" color="gray" className="sp-status" data-tone="neutral">
              {t(`format.${format}`)}
            </Badge>
            <Text fz="xs" c="dimmed">
              <Moment at={updated_at} />
            </Text>
          </Group>
        </Stack>
        <CardMenu template={template} />
      </Group>
    </Card>
  );
}

function CardMenu({ template }: { template: TemplateSummary }) {
  const { t } = useTranslation('templates');
  const deeds = useTemplateDeeds();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon aria-label={t('menu', { name: template.name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconSpeakerphone size={16} aria-hidden />}
          onClick={() => void deeds.campaign(template)}
        >
          {t('use')}
        </Menu.Item>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => deeds.rename(template)}>
          {t('rename.action')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCopy size={16} aria-hidden />}
          onClick={() => void deeds.duplicate(template)}
        >
          {t('duplicate')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => deeds.remove(template)}
        >
          {t('remove.action')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
