/**
 * A rule while it is edited: a tree whose nodes have keys. Pure.
 *
 * The server's document has `all`, `any`, `not` and conditions; here a group carries its negation itself, so
 * that it reads as one of four phrases (all of, at least one of, none of, not all of).
 */

/** A test of a property of an event. */
export interface PropertyTest {
  property: string;
  operator: string;
  value?: string | number | boolean;
}

/** What a field of a condition holds. */
export type FieldValue = string | number | boolean | string[] | PropertyTest[];

/** A node of the server's document. */
export type RuleNode =
  | { all: RuleNode[] }
  | { any: RuleNode[] }
  | { not: RuleNode }
  | { condition: string; operator?: string; [field: string]: FieldValue | undefined };

/** The server's document. */
export interface RuleDocument {
  version: 1;
  rule: RuleNode;
}

/** A condition; `fields` may lack what is needed while it is written. */
export interface Leaf {
  kind: 'leaf';
  key: string;
  condition: string;
  operator: string;
  fields: Record<string, FieldValue>;
}

/** How the children of a group go together. */
export type Join = 'all' | 'any' | 'none' | 'not_all';

export interface RuleGroup {
  kind: 'group';
  key: string;
  join: Join;
  children: TreeNode[];
}

export type TreeNode = Leaf | RuleGroup;

/** Groups the builder nests; what came deeper from elsewhere is shown all the same. */
export const GROUPS_DEEP = 3;

let counter = 0;

function newKey(): string {
  counter += 1;
  return `n${counter}`;
}

/** A group, by default one whose conditions must all hold. */
export function newGroup(children: TreeNode[] = [], join: Join = 'all'): RuleGroup {
  return { kind: 'group', key: newKey(), join, children };
}

/** A condition. */
export function newLeaf(condition: string, operator: string, fields: Record<string, FieldValue> = {}): Leaf {
  return { kind: 'leaf', key: newKey(), condition, operator, fields };
}

const NEGATED: Record<Join, Join> = { all: 'not_all', any: 'none', none: 'any', not_all: 'all' };

function read(node: RuleNode): TreeNode {
  if ('all' in node && Array.isArray(node.all)) return newGroup((node.all as RuleNode[]).map(read), 'all');
  if ('any' in node && Array.isArray(node.any)) return newGroup((node.any as RuleNode[]).map(read), 'any');
  if ('not' in node && typeof node.not === 'object') {
    const inner = read(node.not as RuleNode);
    return inner.kind === 'group' ? { ...inner, join: NEGATED[inner.join] } : newGroup([inner], 'none');
  }
  const { condition, operator = '', ...rest } = node as { condition: string; operator?: string };
  const fields = Object.entries(rest as Record<string, FieldValue | undefined>);
  const given = fields.filter((entry): entry is [string, FieldValue] => entry[1] !== undefined);
  return newLeaf(condition, operator, Object.fromEntries(given));
}

/** Reads a document, or a bare node; the root is always a group. */
export function parseRule(document: unknown): RuleGroup {
  const object = (document ?? {}) as { rule?: RuleNode };
  const root = read(object.rule ?? (document as RuleNode));
  return root.kind === 'group' ? root : newGroup([root]);
}

/** A document and where each node stands in it (JSON pointer within the document → key). */
export interface Written {
  document: RuleDocument;
  places: Map<string, string>;
}

function writeGroup(group: RuleGroup, pointer: string, places: Map<string, string>): RuleNode {
  places.set(pointer, group.key);
  const negated = group.join === 'none' || group.join === 'not_all';
  const word = group.join === 'any' || group.join === 'none' ? 'any' : 'all';
  const base = negated ? `${pointer}/not` : pointer;
  const children = group.children.map((child, n) => write(child, `${base}/${word}/${n}`, places));
  const inner: RuleNode = word === 'any' ? { any: children } : { all: children };
  return negated ? { not: inner } : inner;
}

function write(node: TreeNode, pointer: string, places: Map<string, string>): RuleNode {
  if (node.kind === 'group') return writeGroup(node, pointer, places);
  places.set(pointer, node.key);
  const operator = node.operator === '' ? {} : { operator: node.operator };
  return { condition: node.condition, ...operator, ...node.fields };
}

/** The document of a tree. A root of one condition is written as that condition alone. */
export function writeRule(root: RuleGroup): Written {
  const places = new Map<string, string>();
  const [only] = root.children;
  const bare = root.join === 'all' && root.children.length === 1 && only !== undefined;
  const rule = write(bare ? only : root, '/rule', places);
  return { document: { version: 1, rule }, places };
}

/** What is wrong with one node, and with which of its fields (empty: the node itself). */
export interface Complaint {
  field: string;
  detail: string;
}

/** Puts the server's field errors to the nodes they speak of; `base` stands before the document in pointers. */
export function complaintsByNode(
  errors: { pointer: string; detail: string }[],
  places: Map<string, string>,
  base = '/rule',
): Map<string, Complaint[]> {
  const found = new Map<string, Complaint[]>();
  for (const { pointer, detail } of errors) {
    const inner = pointer.startsWith(base) ? pointer.slice(base.length) : pointer;
    const place = [...places.keys()]
      .filter((p) => inner === p || inner.startsWith(`${p}/`))
      .sort((a, b) => b.length - a.length)[0];
    const key = place === undefined ? '' : (places.get(place) ?? '');
    const field = place === undefined ? '' : (inner.slice(place.length + 1).split('/')[0] ?? '');
    found.set(key, [...(found.get(key) ?? []), { field, detail }]);
  }
  return found;
}

/** The tree with the node of that key put through `change`; undefined takes it away. */
export function changeNode(
  group: RuleGroup,
  key: string,
  change: (node: TreeNode) => TreeNode | undefined,
): RuleGroup {
  if (group.key === key) {
    const changed = change(group);
    return changed?.kind === 'group' ? changed : { ...group, children: [] };
  }
  const children = group.children.flatMap((child): TreeNode[] => {
    if (child.key === key) {
      const changed = change(child);
      return changed === undefined ? [] : [changed];
    }
    return [child.kind === 'group' ? changeNode(child, key, change) : child];
  });
  return { ...group, children };
}

/** Adds a node at the end of a group. */
export function addTo(root: RuleGroup, group: string, node: TreeNode): RuleGroup {
  return changeNode(root, group, (found) =>
    found.kind === 'group' ? { ...found, children: [...found.children, node] } : found,
  );
}

/** Takes a node away, and groups that become empty by it; the root stays. */
export function removeNode(group: RuleGroup, key: string): RuleGroup {
  const children = group.children.flatMap((child): TreeNode[] => {
    if (child.key === key) return [];
    if (child.kind === 'leaf') return [child];
    const inner = removeNode(child, key);
    return inner.children.length === 0 && child.children.length > 0 ? [] : [inner];
  });
  return { ...group, children };
}

function fresh(node: TreeNode): TreeNode {
  return node.kind === 'leaf'
    ? { ...node, key: newKey() }
    : { ...node, key: newKey(), children: node.children.map(fresh) };
}

/** Puts a copy of a node behind it. */
export function duplicateNode(group: RuleGroup, key: string): RuleGroup {
  const children = group.children.flatMap((child): TreeNode[] => {
    if (child.key === key) return [child, fresh(child)];
    return [child.kind === 'group' ? duplicateNode(child, key) : child];
  });
  return { ...group, children };
}

/** Moves a node one place up or down among its siblings. */
export function moveNode(group: RuleGroup, key: string, by: -1 | 1): RuleGroup {
  const at = group.children.findIndex((child) => child.key === key);
  if (at < 0) {
    const children = group.children.map((c) => (c.kind === 'group' ? moveNode(c, key, by) : c));
    return { ...group, children };
  }
  const to = at + by;
  const [moved] = group.children.slice(at, at + 1);
  if (moved === undefined || to < 0 || to >= group.children.length) return group;
  const rest = group.children.toSpliced(at, 1);
  return { ...group, children: rest.toSpliced(to, 0, moved) };
}

/** Puts a node into a new group of its own. */
export function wrapNode(root: RuleGroup, key: string, join: Join = 'any'): RuleGroup {
  return changeNode(root, key, (node) => newGroup([node], join));
}

/** Every condition, in the order it is read. */
export function leavesOf(group: RuleGroup): Leaf[] {
  return group.children.flatMap((child) => (child.kind === 'leaf' ? [child] : leavesOf(child)));
}

/** True if a group inside the tree, or the tree itself, has nothing in it. */
export function hasEmptyGroup(group: RuleGroup): boolean {
  return group.children.length === 0 || group.children.some((c) => c.kind === 'group' && hasEmptyGroup(c));
}
