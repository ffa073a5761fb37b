/** The frame of every screen: title (the page's one h1 and the tab's name), where one is, and what one can do here. */
import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';

/** A place above this one. */
export interface Crumb {
  label: string;
  to: LinkProps['to'];
  params?: Record<string, string>;
}

export interface PageProps {
  title: string;
  /** One sentence below the title. */
  description?: ReactNode;
  /** Badges beside the title. */
  badge?: ReactNode;
  crumbs?: Crumb[];
  /** Buttons; the primary one last. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, description, badge, crumbs = [], actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · SmartPush`;
  }, [title]);
  return (
    <Stack gap="lg">
      <Stack gap={4}>
        {crumbs.length > 0 && (
          <Breadcrumbs separatorMargin={6} fz="sm">
            {crumbs.map((crumb) => (
              <Anchor
                key={crumb.label}
                fz="sm"
                renderRoot={(props) => <Link to={crumb.to} params={crumb.params as never} {...props} />}
              >
                {crumb.label}
              </Anchor>
            ))}
            <Text fz="sm" c="dimmed" aria-current="page">
              {title}
            </Text>
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="center" gap="sm">
          <Group gap="sm">
            <Title order={1}>{title}</Title>
            {badge}
          </Group>
          <Group gap="xs">{actions}</Group>
        </Group>
        {description !== undefined && (
          <Text c="dimmed" maw={720}>
            {description}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  );
}
