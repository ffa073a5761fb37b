/** Decisions on recipients, in words. */
export { type Decision, type DecisionWords, useDecisionWords } from './words';
