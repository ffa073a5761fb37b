/** Doors to places of other features: a feature links to another by its address, never by its code. */
import { Anchor, type AnchorProps } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** Places below `/s/$store` that several features lead to, with the parameters of their address. */
export interface PlaceOf {
  '/contacts/$contact': { contact: string };
  '/campaigns': Record<never, never>;
  '/campaigns/calendar': Record<never, never>;
  '/campaigns/$campaign': { campaign: string };
  '/campaigns/$campaign/edit': { campaign: string };
  '/campaigns/$campaign/content': { campaign: string };
  '/campaigns/$campaign/report': { campaign: string };
  '/campaigns/$campaign/report/people': { campaign: string };
  '/domains': Record<never, never>;
  '/domains/$domain': { domain: string };
  '/imports/$import': { import: string };
  '/relays': Record<never, never>;
  '/sandbox': Record<never, never>;
  '/settings/store': Record<never, never>;
  '/templates/$template/edit': { template: string };
}

type AnyTo = '/s/$store/home';

type Search = Record<string, string | number | boolean | undefined>;

/** A function that goes to a place of the present store. */
export function useGo() {
  const { store } = useParams({ from: '/s/$store' });
  const navigate = useNavigate();
  return <Path extends keyof PlaceOf>(to: Path, params: PlaceOf[Path], search?: Search) =>
    void navigate({
      to: `/s/$store${to}` as AnyTo,
      params: { store, ...params } as never,
      search: search as never,
    });
}

export interface PlaceLinkProps<Path extends keyof PlaceOf> extends AnchorProps {
  to: Path;
  params: PlaceOf[Path];
  search?: Search;
  children: ReactNode;
}

/** A link to a place of the present store. */
export function PlaceLink<Path extends keyof PlaceOf>(props: PlaceLinkProps<Path>) {
  const { to, params, search, children, ...rest } = props;
  const { store } = useParams({ from: '/s/$store' });
  return (
    <Anchor
      {...rest}
      renderRoot={(root) => (
        <Link
          to={`/s/$store${to}` as AnyTo}
          params={{ store, ...params } as never}
          search={search as never}
          {...root}
        />
      )}
    >
      {children}
    </Anchor>
  );
}
