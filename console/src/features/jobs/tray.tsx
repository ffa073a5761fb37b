/** The tray in the top bar: what runs now and what ended lately, with progress and a way to stop it. */
import {
  ActionIcon,
  Anchor,
  Divider,
  Indicator,
  Popover,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
} from '@mantine/core';
import { IconProgress } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JobLine } from './parts';
import { isOpen, useNewestJobs } from './queries';

export function JobTray() {
  const { t } = useTranslation('jobs');
  const { store } = useParams({ from: '/s/$store' });
  const [open, setOpen] = useState(false);
  const { data } = useNewestJobs();
  const jobs = data?.items ?? [];
  const running = jobs.filter(isOpen).length;
  const label = running > 0 ? t('tray.running', { count: running }) : t('tray.title');
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={360}
      withArrow
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Tooltip label={label}>
          <ActionIcon size="lg" onClick={() => setOpen(!open)} aria-label={label} aria-expanded={open}>
            <Indicator disabled={running === 0} label={running} size={16} offset={4}>
              <IconProgress size={20} aria-hidden />
            </Indicator>
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('tray.title')}>
        <ScrollArea.Autosize mah={420}>
          {jobs.length === 0 ? (
            <Text fz="sm" c="dimmed" py="md" ta="center">
              {t('tray.empty')}
            </Text>
          ) : (
            <Stack gap={0}>
              {jobs.map((job, n) => (
                <div key={job.id}>
                  {n > 0 && <Divider />}
                  <JobLine job={job} />
                </div>
              ))}
            </Stack>
          )}
        </ScrollArea.Autosize>
        <Divider my="xs" />
        <Anchor
          fz="sm"
          onClick={() => setOpen(false)}
          renderRoot={(props) => <Link to="/s/$store/jobs" params={{ store }} {...props} />}
        >
          {t('tray.all')}
        </Anchor>
      </Popover.Dropdown>
    </Popover>
  );
}
