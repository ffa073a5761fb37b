/** For whom a row or block is shown: everybody, or those a Liquid condition is true for. */
import { Button, Menu, Stack, Textarea } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

const EXAMPLES = {
  tag: "contact.tags contains 'vip'",
  country: "contact.country == 'SG'",
  named: 'contact.first_name != blank',
  unnamed: 'contact.first_name == blank',
} as const;

export function ConditionField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}) {
  const { label, value, onChange, error } = props;
  const { t } = useTranslation('editor');
  return (
    <Stack gap={4}>
      <Textarea
        size="xs"
        autosize
        minRows={1}
        maxRows={4}
        label={label}
        description={t('condition.help')}
        placeholder={t('condition.everybody')}
        value={value}
        error={error}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Menu withinPortal width={280}>
        <Menu.Target>
          <Button
            size="compact-xs"
            variant="subtle"
            rightSection={<IconChevronDown size={14} aria-hidden />}
            style={{ alignSelf: 'flex-start' }}
          >
            {t('condition.examples')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(EXAMPLES).map(([key, condition]) => (
            <Menu.Item key={key} onClick={() => onChange(condition)}>
              {t(`condition.example.${key}`)}
            </Menu.Item>
          ))}
          {value !== '' && <Menu.Item onClick={() => onChange('')}>{t('condition.everybody')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </Stack>
  );
}
