/** The frame of screens before a store: the name, one card, the language. */
import { Box, Card, Center, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, setLanguage } from '../../lib/i18n';

export function Front({
  title,
  text,
  width = 420,
  children,
}: {
  title: string;
  text?: string;
  width?: number;
  children: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  useEffect(() => {
    document.title = `${title} · SmartPush`;
  }, [title]);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={width} gap="md">
        <Group justify="space-between">
          <Group gap="xs">
            <Box component="img" src="/console/icon.svg" alt="" w={28} h={28} />
            <Text fw={600}>SmartPush</Text>
          </Group>
          <NativeSelect
            size="xs"
            aria-label={t('person.language')}
            value={i18n.language}
            data={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
            onChange={(event) => void setLanguage(event.currentTarget.value)}
          />
        </Group>
        <Card withBorder padding="xl" shadow="sm">
          <Stack>
            <div>
              <Title order={1}>{title}</Title>
              {text !== undefined && (
                <Text c="dimmed" fz="sm" mt={4}>
                  {text}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Card>
      </Stack>
    </Center>
  );
}
