/** Inline rules of an audience: read as sentences, written in the builder, taken out. */
import { ActionIcon, Button, Grid, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFilter, IconFilterPlus, IconPencil, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  CountCard,
  newGroup,
  parseRule,
  RuleBuilder,
  useGrammar,
  useLiveCount,
  writeRule,
} from '../../parts/rule-builder';
import { groupSentence } from '../../parts/rule-builder/sentence';

type Rule = Record<string, unknown>;

export function RuleTerms(props: {
  which: 'include' | 'exclude';
  rules: Rule[];
  onChange: (rules: Rule[]) => void;
}) {
  const { which, rules, onChange } = props;
  const { t } = useTranslation('campaigns');
  /** Which rule is written; the number after the last is a new one. */
  const [open, setOpen] = useState<number>();
  const keep = (rule: Rule) => {
    const next = [...rules];
    next[open ?? rules.length] = rule;
    onChange(next);
    setOpen(undefined);
  };
  return (
    <Stack gap="xs">
      {rules.map((rule, n) => (
        <Line
          key={JSON.stringify(rule)}
          rule={rule}
          number={n + 1}
          onEdit={() => setOpen(n)}
          onRemove={() => onChange(rules.filter((_, at) => at !== n))}
        />
      ))}
      <Button
        variant="default"
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconFilterPlus size={16} aria-hidden />}
        onClick={() => setOpen(rules.length)}
      >
        {t('audience.addRule')}
      </Button>
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        size={1080}
        title={t(which === 'include' ? 'audience.ruleIncludes' : 'audience.ruleExcludes')}
      >
        {open !== undefined && (
          <Editor rule={rules[open]} onKeep={keep} onCancel={() => setOpen(undefined)} />
        )}
      </Modal>
    </Stack>
  );
}

function Line(props: { rule: Rule; number: number; onEdit: () => void; onRemove: () => void }) {
  const { rule, number, onEdit, onRemove } = props;
  const { t } = useTranslation('campaigns');
  const grammar = useGrammar(true);
  const sentence =
    grammar === undefined ? t('audience.rule', { number }) : groupSentence(parseRule(rule), grammar);
  return (
    <Group gap="xs" wrap="nowrap">
      <IconFilter size={16} aria-hidden style={{ flexShrink: 0 }} />
      <Text fz="sm" flex={1}>
        {sentence}
      </Text>
      <ActionIcon aria-label={t('audience.editRule', { number })} onClick={onEdit}>
        <IconPencil size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon aria-label={t('audience.removeRule', { number })} onClick={onRemove}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function Editor(props: { rule: Rule | undefined; onKeep: (rule: Rule) => void; onCancel: () => void }) {
  const { rule, onKeep, onCancel } = props;
  const { t } = useTranslation('campaigns');
  const [root, setRoot] = useState(() => (rule === undefined ? newGroup() : parseRule(rule)));
  const [strict, setStrict] = useState(false);
  const live = useLiveCount(root);
  const keep = () => {
    setStrict(true);
    if (live.state === 'counted') onKeep(writeRule(root).document as unknown as Rule);
  };
  return (
    <Stack>
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <RuleBuilder root={root} onChange={setRoot} complaints={live.complaints} strict={strict} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <CountCard live={live} root={root} />
        </Grid.Col>
      </Grid>
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t('common:cancel')}
        </Button>
        <Button onClick={keep} disabled={live.state === 'counting'}>
          {t('audience.useRule')}
        </Button>
      </Group>
    </Stack>
  );
}
