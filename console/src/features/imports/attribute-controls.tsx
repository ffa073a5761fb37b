/** Name, type and class of a custom field that a column becomes; those of a field that is there already are fixed. */
import { Group, Select, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attributeName, TYPES } from './mapping';
import type { Target } from './queries';

type AttributeTarget = Extract<Target, { kind: 'attribute' }>;
const CLASSES = ['fact', 'personal'] as const;

export function AttributeControls(props: {
  heading: string;
  target: AttributeTarget;
  fixed: boolean;
  busy: boolean;
  onTarget: (target: Target) => void;
}) {
  const { heading, target, fixed, busy, onTarget } = props;
  const { t } = useTranslation(['imports', 'attributes']);
  const [name, setName] = useState(target.name);
  if (fixed) {
    return (
      <Text fz="xs" c="dimmed">
        {t(`attributes:type.${target.type}`)} · {t(`attributes:class.${target.class}`)}
      </Text>
    );
  }
  const rename = () => {
    const clean = attributeName(name);
    setName(clean);
    if (clean !== target.name) onTarget({ ...target, name: clean });
  };
  return (
    <Group gap={6} wrap="nowrap">
      <TextInput
        size="xs"
        aria-label={t('imports:attribute.name', { heading })}
        value={name}
        maxLength={64}
        disabled={busy}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={rename}
      />
      <Select
        size="xs"
        w={140}
        aria-label={t('imports:attribute.type', { heading })}
        data={TYPES.map((type) => ({ value: type, label: t(`attributes:type.${type}`) }))}
        value={target.type}
        allowDeselect={false}
        disabled={busy}
        onChange={(type) => onTarget({ ...target, type: TYPES.find((one) => one === type) ?? target.type })}
      />
      <Select
        size="xs"
        w={110}
        aria-label={t('imports:attribute.class', { heading })}
        data={CLASSES.map((one) => ({ value: one, label: t(`attributes:class.${one}`) }))}
        value={target.class}
        allowDeselect={false}
        disabled={busy}
        onChange={(word) => onTarget({ ...target, class: word === 'personal' ? 'personal' : 'fact' })}
      />
    </Group>
  );
}
