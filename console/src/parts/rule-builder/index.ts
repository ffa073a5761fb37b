/** Rules of the segment builder: editing, counting, and saying them as sentences. */

export { isComplete } from './catalogue';
export { CountCard, type LiveCount, SampleCard, useLiveCount } from './live-count';
export {
  type Complaint,
  complaintsByNode,
  leavesOf,
  newGroup,
  newLeaf,
  parseRule,
  type RuleDocument,
  type RuleGroup,
  type RuleNode,
  removeNode,
  type TreeNode,
  writeRule,
} from './model';
export { attributesQuery, catalogueQuery, everybodyQuery } from './queries';
export { RuleBuilder } from './rule-builder';
export { RULE_TEXT_MAX, ruleOfText, ruleText } from './rule-text';
export { leafSentence, nodeSentence, useGrammar, useSentence } from './sentence';
