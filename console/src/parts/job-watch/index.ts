/** Following one background job. */
export { hasEnded, type Job, useJob, useJobEnd } from './queries';
