/** The link of the chosen words: set, change, take away. */
import { ActionIcon, Button, Group, Popover, Stack, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLink } from '@tabler/icons-react';
import type { Editor } from '@tiptap/react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TagInput } from '../../../parts/merge-tags/tag-input';

export function LinkButton({ href, editor }: { href: string; editor: Editor }) {
  const { t } = useTranslation('editor');
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <Popover
      opened={opened}
      onChange={(wanted) => !wanted && close()}
      withArrow
      trapFocus
      shadow="md"
      width={300}
    >
      <Popover.Target>
        <Tooltip label={t('text.link')}>
          <ActionIcon
            size={28}
            aria-label={t('text.link')}
            aria-pressed={href !== ''}
            variant={href === '' ? 'subtle' : 'light'}
            color={href === '' ? 'gray' : 'indigo'}
            onMouseDown={(event) => event.preventDefault()}
            onClick={opened ? close : open}
          >
            <IconLink size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('text.link')}>
        {opened && <LinkForm href={href} editor={editor} onEnd={close} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function LinkForm({ href, editor, onEnd }: { href: string; editor: Editor; onEnd: () => void }) {
  const { t } = useTranslation('editor');
  const [address, setAddress] = useState(href);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const whole = completed(address.trim());
    const chain = editor.chain().focus().extendMarkRange('link');
    if (whole === '') chain.unsetLink().run();
    else if (editor.state.selection.empty && href === '') {
      const text = address.trim();
      chain.insertContent({ type: 'text', text, marks: [{ type: 'link', attrs: { href: whole } }] }).run();
    } else chain.setLink({ href: whole }).run();
    onEnd();
  };
  const remove = () => {
    editor.chain().focus().extendMarkRange('link').unsetLink().run();
    onEnd();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TagInput
          size="xs"
          label={t('text.linkAddress')}
          placeholder="https://"
          address
          value={address}
          onChange={setAddress}
        />
        <Group justify="flex-end" gap="xs">
          {href !== '' && (
            <Button size="xs" variant="default" onClick={remove}>
              {t('text.unlink')}
            </Button>
          )}
          <Button size="xs" type="submit">
            {t('text.setLink')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** `shop.example/new` becomes https; an address with an @ becomes mailto. */
export function completed(address: string): string {
  if (address === '' || /^(https?:|mailto:|tel:|#|\{\{)/i.test(address)) return address;
  return /^[^\s/@]+@[^\s/@]+$/.test(address) ? `mailto:${address}` : `https://${address}`;
}
