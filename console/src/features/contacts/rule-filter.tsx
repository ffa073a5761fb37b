/** Filtering by conditions: the builder of segments in a drawer, and what is active as chips. */
import { Alert, Button, CloseButton, Drawer, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  CountCard,
  nodeSentence,
  parseRule,
  RULE_TEXT_MAX,
  RuleBuilder,
  type RuleGroup,
  removeNode,
  ruleOfText,
  ruleText,
  useGrammar,
  useLiveCount,
  writeRule,
} from '../../parts/rule-builder';

const EMPTY = { rule: { all: [] } };

/** The tree of a text; one without conditions if the text says nothing. */
function rootOf(text: string | undefined): RuleGroup {
  return parseRule((text === undefined ? undefined : ruleOfText(text)) ?? EMPTY);
}

/** The text of a tree; undefined if it has no conditions. */
function textOf(root: RuleGroup): string | undefined {
  return root.children.length === 0 ? undefined : ruleText(writeRule(root).document);
}

export interface RuleFilterProps {
  /** The rule as the address has it. */
  rule: string | undefined;
  onChange: (rule: string | undefined) => void;
}

export function RuleDrawer(props: RuleFilterProps & { opened: boolean; onClose: () => void }) {
  const { rule, opened, onChange, onClose } = props;
  const { t } = useTranslation('contacts');
  const apply = (next: string | undefined) => {
    onClose();
    onChange(next);
  };
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={760} title={t('filter.ruleTitle')}>
      <Editor first={rule} onApply={apply} onClose={onClose} />
    </Drawer>
  );
}

function Editor(props: {
  first: string | undefined;
  onApply: (rule: string | undefined) => void;
  onClose: () => void;
}) {
  const { first, onApply, onClose } = props;
  const { t } = useTranslation('contacts');
  const [root, setRoot] = useState(() => rootOf(first));
  const [strict, setStrict] = useState(false);
  const live = useLiveCount(root, 0);
  const text = textOf(root);
  const isTooLong = text !== undefined && text.length > RULE_TEXT_MAX;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setStrict(true);
    const isUsable = live.state !== 'incomplete' && live.state !== 'refused' && !isTooLong;
    if (text === undefined || isUsable) onApply(text);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text fz="sm" c="dimmed">
          {t('filter.ruleHelp')}
        </Text>
        <RuleBuilder root={root} onChange={setRoot} complaints={live.complaints} strict={strict} />
        {isTooLong && (
          <Alert color="red" role="alert">
            {t('filter.ruleTooLong')}
          </Alert>
        )}
        {text !== undefined && <CountCard live={live} root={root} />}
        <Group>
          <Button type="submit">{t('filter.ruleApply')}</Button>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          {first !== undefined && (
            <Button variant="subtle" color="gray" onClick={() => onApply(undefined)}>
              {t('filter.ruleRemove')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** The conditions as sentences: one of its own for each that must hold, or one for all. Pressing one changes it. */
export function RuleChips({ rule, onChange, onEdit }: RuleFilterProps & { onEdit: () => void }) {
  const { t } = useTranslation('contacts');
  const grammar = useGrammar(rule !== undefined);
  const root = useMemo(() => rootOf(rule), [rule]);
  if (rule === undefined || grammar === undefined || root.children.length === 0) return null;
  const nodes = root.join === 'all' ? root.children : [root];
  return (
    <Group gap="xs" maw="100%" role="group" aria-label={t('filter.chips')}>
      {nodes.map((node) => {
        const sentence = nodeSentence(node, grammar);
        return (
          <Group key={node.key} gap={0} wrap="nowrap" maw="100%">
            <Button size="compact-sm" variant="light" miw={0} maw={420} title={sentence} onClick={onEdit}>
              {sentence}
            </Button>
            <CloseButton
              size={24}
              aria-label={t('filter.chipRemove', { sentence })}
              onClick={() => onChange(node === root ? undefined : textOf(removeNode(root, node.key)))}
            />
          </Group>
        );
      })}
    </Group>
  );
}

/** Says that the conditions of the address were left out, and why if the server told. */
export function BrokenRule({ complaints, onRemove }: { complaints: string[]; onRemove: () => void }) {
  const { t } = useTranslation('contacts');
  return (
    <Alert color="yellow" role="alert" title={t('filter.brokenTitle')}>
      <Stack gap="xs" align="flex-start">
        <Text fz="sm">{t('filter.brokenText')}</Text>
        {complaints.map((complaint) => (
          <Text key={complaint} fz="sm">
            {complaint}
          </Text>
        ))}
        <Button size="compact-sm" variant="default" onClick={onRemove}>
          {t('filter.brokenRemove')}
        </Button>
      </Stack>
    </Alert>
  );
}
