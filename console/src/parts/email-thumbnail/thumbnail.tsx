/** A small picture of an email: the server's rendering in a scaled frame in which nothing runs, drawn when it comes into view. */
import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client';
import { withStyleNonce } from '../../ui/mail-html';
import './thumbnail.css';

/** Width the email is drawn at before it is made smaller, in pixels. */
const DRAWN = 680;

export interface ThumbnailProps {
  /** Tells renderings apart and when they are old, such as an id and a version. */
  of: readonly (string | number)[];
  render: () => Promise<Schema<'RenderedOut'>>;
  title: string;
  height?: number;
}

export function EmailThumbnail({ of, render, title, height = 220 }: ThumbnailProps) {
  const { t } = useTranslation('templates');
  const place = useRef<HTMLDivElement>(null);
  const width = useWidthOnceSeen(place);
  const query = useQuery({
    queryKey: ['thumbnail', ...of],
    queryFn: render,
    enabled: width > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const html = query.data?.preview?.html;
  const scale = width / DRAWN;
  return (
    <div ref={place} className="sp-thumbnail" style={{ height }}>
      {html !== undefined && (
        <iframe
          sandbox=""
          srcDoc={withStyleNonce(html)}
          title={title}
          tabIndex={-1}
          inert
          loading="lazy"
          style={{ width: DRAWN, height: height / scale, transform: `scale(${scale})` }}
        />
      )}
      {html === undefined && query.isFetched && (
        <Text fz="sm" c="dimmed" p="md">
          {t('thumbnail.none')}
        </Text>
      )}
      {!query.isFetched && <Skeleton height={height} radius={0} />}
    </div>
  );
}

/** The width of a place from when it first comes into view; 0 before. */
function useWidthOnceSeen(place: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const sizes = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    const views = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      views.disconnect();
      sizes.observe(element);
    });
    views.observe(element);
    return () => {
      views.disconnect();
      sizes.disconnect();
    };
  }, [place]);
  return width;
}
