/** Links to the store's other channels. */
import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

const MOST = 12;

interface Link {
  network: string;
  href: string;
}

export function Socials(props: {
  links: Link[];
  errors: Record<string, string>;
  onChange: (links: Link[]) => void;
}) {
  const { links, errors, onChange } = props;
  const { t } = useTranslation('brand');
  const change = (at: number, changes: Partial<Link>) =>
    onChange(links.map((link, n) => (n === at ? { ...link, ...changes } : link)));
  return (
    <Stack gap="xs">
      <Text fz="sm" fw={500} component="span">
        {t('field.socials')}
      </Text>
      {links.map((link, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: links have no names of their own; their place is what they are
        <Group key={n} wrap="nowrap" align="flex-start">
          <TextInput
            w={140}
            aria-label={t('social.network', { number: n + 1 })}
            placeholder="Instagram"
            value={link.network}
            error={errors[`socials/${n}/network`]}
            onChange={(event) => change(n, { network: event.currentTarget.value })}
          />
          <TextInput
            flex={1}
            aria-label={t('social.href', { number: n + 1 })}
            placeholder="https://"
            value={link.href}
            error={errors[`socials/${n}/href`]}
            onChange={(event) => change(n, { href: event.currentTarget.value })}
          />
          <ActionIcon
            size={36}
            aria-label={t('social.remove', { number: n + 1 })}
            onClick={() => onChange(links.toSpliced(n, 1))}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={links.length >= MOST}
        style={{ alignSelf: 'flex-start' }}
        onClick={() => onChange([...links, { network: '', href: '' }])}
      >
        {t('social.add')}
      </Button>
    </Stack>
  );
}
