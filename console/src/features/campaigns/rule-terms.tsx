/** Inline rules of an audience: shown, and taken out. */
import { ActionIcon, Group, Stack, Text } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

type Rule = Record<string, unknown>;

export function RuleTerms(props: {
  which: 'include' | 'exclude';
  rules: Rule[];
  onChange: (rules: Rule[]) => void;
}) {
  const { rules, onChange } = props;
  const { t } = useTranslation('campaigns');
  if (rules.length === 0) return null;
  return (
    <Stack gap="xs">
      {rules.map((rule, n) => (
        <Group key={JSON.stringify(rule)} gap="xs" wrap="nowrap">
          <IconFilter size={16} aria-hidden />
          <Text fz="sm" flex={1}>
            {t('audience.rule', { number: n + 1 })}
          </Text>
          <ActionIcon
            aria-label={t('audience.removeRule', { number: n + 1 })}
            onClick={() => onChange(rules.filter((_, at) => at !== n))}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
    </Stack>
  );
}
