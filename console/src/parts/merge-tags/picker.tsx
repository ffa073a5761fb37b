/** Chooses a variable, with the words that stand in its place where a contact has no value. */
import {
  ActionIcon,
  Button,
  Group,
  Popover,
  ScrollArea,
  Stack,
  Text,
  TextInput,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowLeft, IconVariable } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type MergeTag, writeTag } from './model';
import { type NamedTag, useMergeTags } from './use-tags';
import './merge-tags.css';

export interface PickerProps {
  /** Gets the Liquid of the tag. */
  onPick: (liquid: string) => void;
  /** Only variables that are addresses. */
  addresses?: boolean;
  /** What opens it; a small button if absent. */
  target?: (open: () => void) => ReactNode;
}

export function MergeTagPicker({ onPick, addresses = false, target }: PickerProps) {
  const { t } = useTranslation('mergeTags');
  const [opened, { toggle, close }] = useDisclosure(false);
  const pick = (liquid: string) => {
    close();
    onPick(liquid);
  };
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && close()}
      width={300}
      trapFocus
      withArrow
      shadow="md"
      position="bottom-end"
    >
      <Popover.Target>
        {target === undefined ? (
          <Tooltip label={t('insert')}>
            <ActionIcon size={26} onClick={toggle} aria-label={t('insert')} aria-expanded={opened}>
              <IconVariable size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ) : (
          <span>{target(toggle)}</span>
        )}
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label={t('insert')}>
        {opened && <Choice addresses={addresses} onPick={pick} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function isAddress({ path }: MergeTag): boolean {
  return path === 'store.url' || path.startsWith('links.');
}

function Choice({ addresses, onPick }: { addresses: boolean; onPick: (liquid: string) => void }) {
  const { t } = useTranslation('mergeTags');
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<NamedTag>();
  const words = search.trim().toLowerCase();
  const tags = useMergeTags().filter(
    (tag) =>
      isAddress(tag) === addresses && (tag.label.toLowerCase().includes(words) || tag.path.includes(words)),
  );
  if (chosen !== undefined)
    return <Fallback tag={chosen} onBack={() => setChosen(undefined)} onPick={onPick} />;
  const take = (tag: NamedTag) => (tag.mayBeEmpty ? setChosen(tag) : onPick(writeTag({ path: tag.path })));
  return (
    <Stack gap="xs">
      <TextInput
        data-autofocus
        size="xs"
        aria-label={t('search')}
        placeholder={t('search')}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          const [first] = tags;
          if (event.key === 'Enter' && first !== undefined) {
            event.preventDefault();
            take(first);
          }
        }}
      />
      <ScrollArea.Autosize mah={260} type="auto">
        <Stack gap={0}>
          {tags.map((tag) => (
            <UnstyledButton key={tag.path} className="sp-merge-choice" onClick={() => take(tag)}>
              <Text fz="sm">{tag.label}</Text>
              <Text fz="xs" c="dimmed" ff="monospace">
                {tag.path}
              </Text>
            </UnstyledButton>
          ))}
          {tags.length === 0 && (
            <Text fz="sm" c="dimmed" p="xs" role="status">
              {t('nothing')}
            </Text>
          )}
        </Stack>
      </ScrollArea.Autosize>
    </Stack>
  );
}

function Fallback(props: { tag: NamedTag; onBack: () => void; onPick: (liquid: string) => void }) {
  const { tag, onBack, onPick } = props;
  const { t } = useTranslation('mergeTags');
  const [fallback, setFallback] = useState(() =>
    tag.path === 'contact.first_name' ? t('fallbackName') : '',
  );
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onPick(writeTag({ path: tag.path, fallback: fallback.trim() }));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Group gap={4}>
          <ActionIcon size={24} onClick={onBack} aria-label={t('back')}>
            <IconArrowLeft size={16} aria-hidden />
          </ActionIcon>
          <Text fz="sm" fw={600}>
            {tag.label}
          </Text>
        </Group>
        <TextInput
          ref={field}
          size="xs"
          label={t('fallback')}
          description={t('fallbackHelp')}
          value={fallback}
          onChange={(event) => setFallback(event.currentTarget.value)}
        />
        <Button type="submit" size="xs">
          {t('insertThis')}
        </Button>
      </Stack>
    </form>
  );
}
