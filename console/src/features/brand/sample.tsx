/** A new email in this brand, as the server draws it. What is not complete yet is left out. */
import { Card, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { serverSentence } from '../../lib/server-sentences';
import type { Brand } from '../../parts/email-document/brand';
import { newDocument } from '../../parts/email-document/new-document';
import { MailFrame } from '../../ui/mail-frame';
import { Failed } from '../../ui/states';
import { renderSample } from './queries';

const WAIT_MS = 250;

export function Sample({ brand }: { brand: Brand }) {
  const { t } = useTranslation('brand');
  const [settled] = useDebouncedValue(complete(brand), WAIT_MS);
  const query = useQuery({
    queryKey: ['brand-sample', settled],
    queryFn: () => renderSample(newDocument(settled)),
    placeholderData: keepPreviousData,
  });
  const html = query.data?.preview?.html;
  const issue = query.data?.issues[0]?.message;
  return (
    <Card withBorder style={{ position: 'sticky', top: 72 }}>
      <Stack gap="sm">
        <Title order={2}>{t('sample')}</Title>
        {issue !== undefined && (
          <Text fz="sm" c="var(--sp-warning)" role="status">
            {serverSentence(issue)}
          </Text>
        )}
        {html === undefined ? (
          query.error ? (
            <Failed error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <Skeleton height={560} />
          )
        ) : (
          <MailFrame html={html} title={t('sample')} height={560} />
        )}
      </Stack>
    </Card>
  );
}

/** Without what is still being typed. */
function complete(brand: Brand): Brand {
  const color = (value: string | null | undefined) => (value && /^#[0-9a-f]{6}$/i.test(value) ? value : null);
  return {
    ...brand,
    logo_url: brand.logo_url && /^https?:\/\/./.test(brand.logo_url) ? brand.logo_url : null,
    color: color(brand.color),
    text_color: color(brand.text_color),
    background: color(brand.background),
    link_color: color(brand.link_color),
    button_background: color(brand.button_background),
    button_color: color(brand.button_color),
    socials: (brand.socials ?? []).filter(
      ({ network, href }) => network.trim() !== '' && /^https:\/\/./.test(href),
    ),
  };
}
