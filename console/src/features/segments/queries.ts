/** Segments: list, one, members, versions, uses, explanations; and what changes them. */
import { api, type Schema, send } from '../../api/client';
import { refresh } from '../../lib/query-client';
import type { RuleDocument } from '../../parts/rule-builder';

export type Segment = Schema<'SegmentOut'>;
export type Version = Schema<'SegmentVersionOut'>;

export const PAGE = 50;

export const segmentsQuery = (archived: boolean, after: string | undefined) =>
  api.queryOptions('get', '/api/v1/segments', { params: { query: { archived, limit: PAGE, after } } });

export const segmentQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/segments/{id}', { params: { path: { id } } });

/** Members day by day, over so many days up to today. */
export const growthQuery = (id: string, days: number) =>
  api.queryOptions('get', '/api/v1/segments/{id}/growth', { params: { path: { id }, query: { days } } });

export const usesQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/segments/{id}/uses', { params: { path: { id } } });

export const membersQuery = (id: string, after: string | undefined) =>
  api.queryOptions('get', '/api/v1/segments/{id}/members', {
    params: { path: { id }, query: { limit: PAGE, after } },
  });

export const versionsQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/segments/{id}/versions', {
    params: { path: { id }, query: { limit: 100 } },
  });

export const explanationQuery = (id: string, contact: string) =>
  api.queryOptions('get', '/api/v1/segments/{id}/contacts/{contact}', { params: { path: { id, contact } } });

/** What a person writes about a segment. */
export interface Draft {
  name: string;
  description: string;
  rule: RuleDocument;
}

type Json = Schema<'SegmentIn'>['rule'];

const changed = () => refresh('/api/v1/segments');

/** Makes a segment. */
export async function createSegment({ name, description, rule }: Draft): Promise<Segment> {
  const body = { name, description, rule: rule as unknown as Json };
  const { data } = await send.POST('/api/v1/segments', { body });
  await changed();
  if (data === undefined) throw new Error('the new segment was not answered');
  return data;
}

/** Changes a segment; with `version`, only if nobody has changed it since. */
export async function saveSegment(id: string, draft: Partial<Draft>, version?: number): Promise<Segment> {
  const { rule, ...rest } = draft;
  const body = rule === undefined ? rest : { ...rest, rule: rule as unknown as Json };
  const header = version === undefined ? {} : { 'If-Match': `"${version}"` };
  const { data } = await send.PATCH('/api/v1/segments/{id}', { params: { path: { id }, header }, body });
  await changed();
  if (data === undefined) throw new Error('the segment was not answered');
  return data;
}

/** Counts the members anew and remembers their number. */
export async function countSegment(id: string): Promise<void> {
  await send.POST('/api/v1/segments/{id}/count', { params: { path: { id }, query: { sample: 0 } } });
  await changed();
}

/** Archives a segment or brings it back. */
export async function archiveSegment(id: string, archived: boolean): Promise<void> {
  const params = { params: { path: { id } } };
  if (archived) await send.POST('/api/v1/segments/{id}/archive', params);
  else await send.POST('/api/v1/segments/{id}/restore', params);
  await changed();
}

/** Orders a file with the members. */
export async function exportMembers(id: string): Promise<void> {
  await send.POST('/api/v1/exports', { body: { format: 'csv', select: { segment: id } } });
  await refresh('/api/v1/exports', '/api/v1/jobs');
}
