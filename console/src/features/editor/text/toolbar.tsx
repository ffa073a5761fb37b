/** What can be done with text: marks, headings, lists, links, alignment, colour, variables. */
import { ActionIcon, ColorInput, Popover, Select, Stack, Tooltip } from '@mantine/core';
import {
  IconAlignCenter,
  IconAlignLeft,
  IconAlignRight,
  IconBlockquote,
  IconBold,
  IconClearFormatting,
  IconItalic,
  IconLetterA,
  IconList,
  IconListNumbers,
  IconStrikethrough,
  IconUnderline,
} from '@tabler/icons-react';
import { type Editor, useEditorState } from '@tiptap/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { MergeTagPicker } from '../../../parts/merge-tags/picker';
import { alignmentOf } from './extensions';
import { LinkButton } from './link-button';
import { styleValue } from './styles';
import { TagFallback } from './tag-fallback';

function stateOf(editor: Editor) {
  const level = [1, 2, 3, 4].find((one) => editor.isActive('heading', { level: one }));
  const block = editor.getAttributes(level === undefined ? 'paragraph' : 'heading');
  const styled = editor.getAttributes('styled')['style'] as string | null;
  return {
    bold: editor.isActive('bold'),
    italic: editor.isActive('italic'),
    underline: editor.isActive('underline'),
    strike: editor.isActive('strike'),
    bullet: editor.isActive('bulletList'),
    ordered: editor.isActive('orderedList'),
    quote: editor.isActive('blockquote'),
    link: (editor.getAttributes('link')['href'] as string | undefined) ?? '',
    kind: level === undefined ? 'p' : String(level),
    align: alignmentOf((block['style'] as string | null) ?? null),
    color: styleValue(styled ?? null, 'color'),
    liquid: editor.isActive('liquid') ? (editor.getAttributes('liquid')['source'] as string) : '',
  };
}

export function RichTextToolbar({
  editor,
  swatches,
  label,
}: {
  editor: Editor;
  swatches: string[];
  label: string;
}) {
  const { t } = useTranslation('editor');
  const now = useEditorState({ editor, selector: ({ editor: one }) => stateOf(one) });
  const run = () => editor.chain().focus();
  const kinds = ['p', '1', '2', '3', '4'].map((value) => ({ value, label: t(`text.kind.${value}`) }));
  return (
    <div className="sp-rich-text-bar" role="toolbar" aria-label={label}>
      <Select
        size="xs"
        w={122}
        aria-label={t('text.kind.label')}
        data={kinds}
        value={now.kind}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        onChange={(kind) => {
          if (kind === 'p') run().setParagraph().run();
          else
            run()
              .setHeading({ level: Number(kind) as 1 | 2 | 3 | 4 })
              .run();
        }}
      />
      <Toggle
        label={t('text.bold')}
        on={now.bold}
        act={() => run().toggleBold().run()}
        icon={<IconBold size={16} />}
      />
      <Toggle
        label={t('text.italic')}
        on={now.italic}
        act={() => run().toggleItalic().run()}
        icon={<IconItalic size={16} />}
      />
      <Toggle
        label={t('text.underline')}
        on={now.underline}
        act={() => run().toggleUnderline().run()}
        icon={<IconUnderline size={16} />}
      />
      <Toggle
        label={t('text.strike')}
        on={now.strike}
        act={() => run().toggleStrike().run()}
        icon={<IconStrikethrough size={16} />}
      />
      <ColorButton
        color={now.color}
        swatches={swatches}
        onChange={(color) => editor.chain().style('color', color).run()}
      />
      <LinkButton href={now.link} editor={editor} />
      <Toggle
        label={t('text.bullet')}
        on={now.bullet}
        act={() => run().toggleBulletList().run()}
        icon={<IconList size={16} />}
      />
      <Toggle
        label={t('text.ordered')}
        on={now.ordered}
        act={() => run().toggleOrderedList().run()}
        icon={<IconListNumbers size={16} />}
      />
      <Toggle
        label={t('text.quote')}
        on={now.quote}
        act={() => run().toggleBlockquote().run()}
        icon={<IconBlockquote size={16} />}
      />
      <Toggle
        label={t('text.left')}
        on={now.align === 'left'}
        act={() =>
          run()
            .align(now.align === 'left' ? '' : 'left')
            .run()
        }
        icon={<IconAlignLeft size={16} />}
      />
      <Toggle
        label={t('text.center')}
        on={now.align === 'center'}
        act={() =>
          run()
            .align(now.align === 'center' ? '' : 'center')
            .run()
        }
        icon={<IconAlignCenter size={16} />}
      />
      <Toggle
        label={t('text.right')}
        on={now.align === 'right'}
        act={() =>
          run()
            .align(now.align === 'right' ? '' : 'right')
            .run()
        }
        icon={<IconAlignRight size={16} />}
      />
      <Toggle
        label={t('text.clear')}
        act={() => run().unsetAllMarks().run()}
        icon={<IconClearFormatting size={16} />}
      />
      <MergeTagPicker onPick={(liquid) => run().insertLiquid(liquid).run()} />
      {now.liquid !== '' && <TagFallback editor={editor} source={now.liquid} />}
    </div>
  );
}

function Toggle({ label, on, act, icon }: { label: string; on?: boolean; act: () => void; icon: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={28}
        aria-label={label}
        aria-pressed={on}
        variant={on ? 'light' : 'subtle'}
        color={on ? 'indigo' : 'gray'}
        onMouseDown={(event) => event.preventDefault()}
        onClick={act}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function ColorButton({
  color,
  swatches,
  onChange,
}: {
  color: string;
  swatches: string[];
  onChange: (color: string) => void;
}) {
  const { t } = useTranslation('editor');
  return (
    <Popover withArrow trapFocus shadow="md">
      <Popover.Target>
        <Tooltip label={t('text.color')}>
          <ActionIcon size={28} aria-label={t('text.color')}>
            <IconLetterA
              size={16}
              aria-hidden
              style={{ borderBottom: `3px solid ${color || 'currentColor'}` }}
            />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('text.color')}>
        <Stack gap="xs" w={220}>
          <ColorInput
            size="xs"
            label={t('text.color')}
            format="hex"
            value={color}
            swatches={swatches}
            withPicker
            popoverProps={{ withinPortal: false }}
            onChange={onChange}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
