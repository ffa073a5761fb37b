/** A group: how its conditions go together, the conditions, and what can be added. */
import { Box, Button, Group as Line, Select, Stack, Text } from '@mantine/core';
import { IconParentheses } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { blankLeaf, type Condition } from './catalogue';
import { ConditionMenu } from './condition-menu';
import { ConditionRow } from './condition-row';
import {
  addTo,
  type Complaint,
  changeNode,
  duplicateNode,
  GROUPS_DEEP,
  type Join,
  moveNode,
  newGroup,
  type RuleGroup,
  removeNode,
  type TreeNode,
  wrapNode,
} from './model';
import { NodeMenu } from './node-menu';

const JOINS: Join[] = ['all', 'any', 'none', 'not_all'];

/** What every part of the tree needs to know. */
export interface Tree {
  root: RuleGroup;
  onRoot: (root: RuleGroup) => void;
  conditions: Condition[];
  complaints: Map<string, Complaint[]>;
  strict: boolean;
  segment: string | undefined;
}

export function GroupBox({ tree, group, depth }: { tree: Tree; group: RuleGroup; depth: number }) {
  const { t } = useTranslation('rules');
  const { root, onRoot, conditions, complaints } = tree;
  const own = complaints.get(group.key) ?? [];
  return (
    <Stack gap="sm" role="group" aria-label={t(depth === 1 ? 'rule' : 'group')}>
      <Line gap="xs">
        <Text fz="sm">{t(depth === 1 ? 'lead.root' : 'lead.group')}</Text>
        <Select
          size="sm"
          w={150}
          aria-label={t('join.label')}
          data={JOINS.map((join) => ({ value: join, label: t(`join.${join}`) }))}
          value={group.join}
          allowDeselect={false}
          onChange={(join) =>
            join !== null &&
            onRoot(changeNode(root, group.key, (node) => ({ ...node, join: join as Join }) as TreeNode))
          }
        />
        <Text fz="sm">{t('lead.end')}</Text>
      </Line>
      <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {group.children.map((child, n) => (
          <Box component="li" key={child.key}>
            {n > 0 && <Joint join={group.join} />}
            <Child
              tree={tree}
              node={child}
              depth={depth}
              first={n === 0}
              last={n === group.children.length - 1}
            />
          </Box>
        ))}
      </Stack>
      {own.map((complaint) => (
        <Text key={complaint.detail} fz="xs" c="var(--sp-bad)" role="alert">
          {complaint.detail}
        </Text>
      ))}
      <Line gap="xs">
        <ConditionMenu
          conditions={conditions}
          onPick={(condition) => onRoot(addTo(root, group.key, blankLeaf(condition)))}
        />
        {depth < GROUPS_DEEP && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconParentheses size={14} aria-hidden />}
            onClick={() => onRoot(addTo(root, group.key, newGroup([], group.join === 'any' ? 'all' : 'any')))}
          >
            {t('addGroup')}
          </Button>
        )}
      </Line>
    </Stack>
  );
}

/** The word between two conditions. */
function Joint({ join }: { join: Join }) {
  const { t } = useTranslation('rules');
  const word = join === 'all' || join === 'not_all' ? t('and') : t('or');
  return (
    <Text fz="xs" fw={600} c="dimmed" tt="uppercase" mb="sm" aria-hidden>
      {word}
    </Text>
  );
}

function Child(props: { tree: Tree; node: TreeNode; depth: number; first: boolean; last: boolean }) {
  const { tree, node, depth, first, last } = props;
  const { t } = useTranslation('rules');
  const { root, onRoot } = tree;
  const actions = {
    first,
    last,
    onDuplicate: () => onRoot(duplicateNode(root, node.key)),
    onMove: (by: -1 | 1) => onRoot(moveNode(root, node.key, by)),
    onWrap: depth < GROUPS_DEEP && node.kind === 'leaf' ? () => onRoot(wrapNode(root, node.key)) : undefined,
    onRemove: () => onRoot(removeNode(root, node.key)),
  };
  if (node.kind === 'group') {
    return (
      <Line className="sp-rule-group" wrap="nowrap" align="flex-start" gap="xs">
        <Box flex={1} miw={0}>
          <GroupBox tree={tree} group={node} depth={depth + 1} />
        </Box>
        <NodeMenu {...actions} name={t('group')} />
      </Line>
    );
  }
  const condition = tree.conditions.find((c) => c.id === node.condition);
  if (condition === undefined) {
    return (
      <Line justify="space-between">
        <Text fz="sm">{t('unknownCondition', { id: node.condition })}</Text>
        <NodeMenu {...actions} name={node.condition} />
      </Line>
    );
  }
  return (
    <ConditionRow
      {...actions}
      leaf={node}
      condition={condition}
      complaints={tree.complaints.get(node.key) ?? []}
      strict={tree.strict}
      segment={tree.segment}
      onChange={(leaf) => onRoot(changeNode(root, node.key, () => leaf))}
    />
  );
}
