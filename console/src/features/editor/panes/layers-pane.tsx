/**
 * The email as a tree of rows and blocks: the way to everything by keyboard. Arrows move, Enter chooses,
 * Alt+arrows move the thing, Delete removes it.
 */
import { Stack, Text, Tooltip } from '@mantine/core';
import { IconEyeOff, IconLayoutRows } from '@tabler/icons-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { iconOf } from '../../../parts/email-document/starters';
import { summaryOf } from '../../../parts/email-document/summary';
import type { EmailDocument } from '../../../parts/email-document/types';
import { useEditor } from '../editor-state';
import type { Target } from '../model/pointer';
import { useTargetKeys } from '../use-keys';
import { useBlockName } from '../use-names';
import './panes.css';

interface Layer {
  target: Exclude<Target, { kind: 'email' }>;
  level: 1 | 2;
  label: string;
  kind: string;
  /** Only for some contacts. */
  conditional: boolean;
  /** Has layers below it. */
  parent: boolean;
}

export function LayersPane() {
  const { t } = useTranslation('editor');
  const { document: email, chosen, choose, editable } = useEditor();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const keys = useTargetKeys();
  const layers = useLayers(email, closed);
  const focus = (layer: Layer | undefined) => {
    if (layer === undefined) return;
    setFocused(layer.target.id);
    tree.current?.querySelector<HTMLElement>(`[data-layer="${CSS.escape(layer.target.id)}"]`)?.focus();
  };
  const toggle = (id: string, open: boolean) =>
    setClosed((now) => new Set(open ? [...now].filter((one) => one !== id) : [...now, id]));
  const onKey = (event: KeyboardEvent, layer: Layer, n: number) => {
    const { id } = layer.target;
    const actions: Record<string, () => void> = {
      ArrowDown: () => focus(layers[n + 1]),
      ArrowUp: () => focus(layers[n - 1]),
      Home: () => focus(layers[0]),
      End: () => focus(layers.at(-1)),
      ArrowRight: () => (layer.parent && closed.has(id) ? toggle(id, true) : focus(layers[n + 1])),
      ArrowLeft: () =>
        layer.parent && !closed.has(id)
          ? toggle(id, false)
          : focus(layers.findLast((one, at) => at < n && one.level === 1)),
      Enter: () => choose(layer.target),
      ' ': () => choose(layer.target),
    };
    const action = event.altKey ? undefined : actions[event.key];
    if (action === undefined) return keys(event, layer.target);
    event.preventDefault();
    action();
  };
  const first = layers.some(({ target }) => target.id === focused) ? focused : layers[0]?.target.id;
  return (
    <Stack gap="xs">
      <Text fz="xs" c="dimmed">
        {t(editable ? 'layers.help' : 'layers.helpReadOnly')}
      </Text>
      <div ref={tree} role="tree" aria-label={t('pane.layers')}>
        {layers.map((layer, n) => (
          <LayerItem
            key={layer.target.id}
            layer={layer}
            open={!closed.has(layer.target.id)}
            chosen={chosen.kind !== 'email' && chosen.id === layer.target.id}
            tabbable={layer.target.id === first}
            onChoose={() => choose(layer.target)}
            onFocus={() => setFocused(layer.target.id)}
            onKey={(event) => onKey(event, layer, n)}
          />
        ))}
      </div>
    </Stack>
  );
}

interface ItemProps {
  layer: Layer;
  open: boolean;
  chosen: boolean;
  tabbable: boolean;
  onChoose: () => void;
  onFocus: () => void;
  onKey: (event: KeyboardEvent) => void;
}

function LayerItem({ layer, open, chosen, tabbable, onChoose, onFocus, onKey }: ItemProps) {
  const { t } = useTranslation('editor');
  const Icon = layer.level === 1 ? IconLayoutRows : iconOf(layer.kind);
  return (
    <div
      role="treeitem"
      className="sp-layer"
      data-layer={layer.target.id}
      data-level={layer.level}
      aria-level={layer.level}
      aria-selected={chosen}
      aria-expanded={layer.parent ? open : undefined}
      tabIndex={tabbable ? 0 : -1}
      onClick={onChoose}
      onFocus={onFocus}
      onKeyDown={onKey}
    >
      <Icon size={16} stroke={1.6} aria-hidden />
      <span>{layer.label}</span>
      {layer.conditional && (
        <Tooltip label={t('layers.conditional')}>
          <IconEyeOff size={16} role="img" aria-label={t('layers.conditional')} />
        </Tooltip>
      )}
    </div>
  );
}

function useLayers(email: EmailDocument | undefined, closed: ReadonlySet<string>): Layer[] {
  const { t } = useTranslation('editor');
  const name = useBlockName();
  return (email?.rows ?? []).flatMap((row, n) => {
    const blocks = row.columns.flatMap((column) => column.blocks);
    const own: Layer = {
      target: { kind: 'row', id: row.id },
      level: 1,
      label: t('row.numbered', { number: n + 1 }),
      kind: 'row',
      conditional: Boolean(row.visible_if),
      parent: blocks.length > 0,
    };
    if (closed.has(row.id)) return [own];
    const below = blocks.map((block): Layer => {
      const summary = summaryOf(block);
      return {
        target: { kind: 'block', id: block.id },
        level: 2,
        label: summary === '' ? name(block.type) : t('block.named', { name: name(block.type), summary }),
        kind: block.type,
        conditional: Boolean(block.visible_if),
        parent: false,
      };
    });
    return [own, ...below];
  });
}
