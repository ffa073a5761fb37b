/** What the pickers choose from: segments, tags and contacts of the store. */
import { queryOptions } from '@tanstack/react-query';
import { api, type Schema, send } from '../../api/client';

export type Segment = Schema<'SegmentOut'>;
export type Tag = Schema<'TagOut'>;
export type Contact = Schema<'ContactOut'>;

const PAGE = 200;
/** Pages read for a drop-down; a store with more than 4,000 segments or tags finds the rest on their own screens. */
const PAGES_MAX = 20;
const FOUND_MAX = 8;

/** Reads page after page until the end, at most {@link PAGES_MAX}. */
async function everyPage<T>(
  read: (after: string | undefined) => Promise<{ data?: { items: T[]; next?: string | null } }>,
): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { data } = await read(after);
    all.push(...(data?.items ?? []));
    if (!data?.next) break;
    after = data.next;
  }
  return all;
}

/** Every segment that is not archived, newest first. */
export const everySegmentQuery = () =>
  queryOptions({
    queryKey: ['get', '/api/v1/segments', 'every'],
    queryFn: () =>
      everyPage<Segment>((after) =>
        send.GET('/api/v1/segments', { params: { query: { limit: PAGE, after } } }),
      ),
  });

/** One segment, also an archived one. */
export const segmentQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/segments/{id}', { params: { path: { id } } });

/** Every tag, by name. */
export const everyTagQuery = () =>
  queryOptions({
    queryKey: ['get', '/api/v1/tags', 'every'],
    queryFn: async () => {
      const tags = await everyPage<Tag>((after) =>
        send.GET('/api/v1/tags', { params: { query: { limit: PAGE, after } } }),
      );
      return tags.sort((a, b) => a.name.localeCompare(b.name));
    },
  });

/** How many contacts carry each tag, by its id: counted by the server, so it comes after the list of names. */
export const tagCountsQuery = () =>
  queryOptions({
    queryKey: ['get', '/api/v1/tags', 'counts'],
    queryFn: async () => {
      const tags = await everyPage<Tag>((after) =>
        send.GET('/api/v1/tags', { params: { query: { limit: PAGE, after, counts: true } } }),
      );
      return new Map(tags.map((tag) => [tag.id, tag.contacts ?? 0]));
    },
  });

/** Contacts that hold a text in any of their fields, newest first; an exact e-mail or phone is found at once. */
export const contactSearchQuery = (text: string) =>
  queryOptions({
    queryKey: ['get', '/api/v1/contacts', 'picker', text],
    queryFn: async ({ signal }) => {
      const query = text === '' ? { limit: FOUND_MAX } : { limit: FOUND_MAX, search: text };
      const { data } = await send.GET('/api/v1/contacts', { params: { query }, signal });
      return data?.items ?? [];
    },
  });

/** One contact. */
export const contactQuery = (id: string) =>
  api.queryOptions('get', '/api/v1/contacts/{id}', { params: { path: { id } } });
