/** A link to a place of the present store given as a path, for lists that are data (`/campaigns/new`). */
import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';

function useHref(place: string): string {
  const { store } = useParams({ strict: false });
  return `/s/${store ?? ''}${place}`;
}

export function PlaceAnchor({
  place,
  children,
  ...props
}: AnchorProps & { place: string; children: ReactNode }) {
  const to = useHref(place);
  return (
    <Anchor {...props} renderRoot={(root) => <Link to={to as '/'} {...root} />}>
      {children}
    </Anchor>
  );
}

export function PlaceButton({
  place,
  children,
  ...props
}: ButtonProps & { place: string; children: ReactNode }) {
  const to = useHref(place);
  return (
    <Button {...props} renderRoot={(root) => <Link to={to as '/'} {...root} />}>
      {children}
    </Button>
  );
}
