/** The campaign wizard: four steps, free to jump between, saved as they are filled in. */
import { Alert, Button, Grid, Group, NavLink, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import {
  IconArrowLeft,
  IconArrowRight,
  IconCircle,
  IconCircleCheck,
  IconExclamationCircle,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CampaignStatus } from '../../parts/campaign-words/state';
import { PlaceLink } from '../../parts/links/links';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { CampaignMenu } from './campaign-menu';
import { ConflictDialog } from './conflict-dialog';
import { type Step, stepOf } from './model';
import { type Campaign, campaignQuery, type Plan, planQuery } from './queries';
import { STEPS } from './routes';
import { SaveNote } from './save-note';
import { AudienceStep } from './step-audience';
import { ContentStep } from './step-content';
import { ReviewStep } from './step-review';
import { TimingStep } from './step-timing';
import { type DraftState, useDraft } from './use-draft';

export const route = createLazyRoute('/s/$store/campaigns/$campaign/edit')({ component: WizardScreen });

/** What every step gets. */
export interface StepProps {
  id: string;
  state: DraftState;
  plan: Plan | undefined;
  planError: unknown;
  planBusy: boolean;
  goTo: (step: Step) => void;
}

function WizardScreen() {
  const { t } = useTranslation('campaigns');
  const { campaign: id } = route.useParams();
  const query = useQuery({ ...campaignQuery(id), staleTime: 0, refetchOnWindowFocus: false });
  const campaign = query.data;
  // The wizard keeps its own draft: it must begin with what the server has now, not with what was cached.
  if (campaign === undefined || (query.isFetching && !query.isFetchedAfterMount)) {
    return (
      <Page title={t('wizard.title')}>
        <Loaded query={{ ...query, data: undefined }}>{() => null}</Loaded>
      </Page>
    );
  }
  if (campaign.state !== 'draft') return <NotADraft campaign={campaign} />;
  return <Wizard key={id} campaign={campaign} />;
}

function NotADraft({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns');
  const text =
    campaign.state === 'scheduled'
      ? t('wizard.scheduledText')
      : campaign.launched_at
        ? t('wizard.launchedText')
        : t('wizard.archivedText');
  return (
    <Page
      title={campaign.name}
      badge={<CampaignStatus state={campaign.state} />}
      actions={<CampaignMenu campaign={campaign} withOpen={false} />}
    >
      <Alert color="indigo" title={t('wizard.launchedTitle')}>
        <Text fz="sm" mb="xs">
          {text}
        </Text>
        <PlaceLink to="/campaigns/$campaign" params={{ campaign: campaign.id }} fz="sm">
          {t('wizard.toCampaign')}
        </PlaceLink>
      </Alert>
    </Page>
  );
}

function Wizard({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns');
  const { step = 'audience' } = route.useSearch();
  const params = route.useParams();
  const navigate = route.useNavigate();
  const state = useDraft(campaign);
  const hasAudience = (state.draft.settings?.include ?? []).length > 0;
  // The plan is made of what is saved: as long as nobody is chosen there, there is none to ask for.
  const isSaved = (state.saved.settings?.include ?? []).length > 0;
  const plan = useQuery({
    ...planQuery(campaign.id, state.version),
    enabled: hasAudience && isSaved,
    placeholderData: (old: Plan | undefined) => old,
    retry: false,
  });
  useHotkeys([['mod+S', () => void state.flush()]], []);
  const goTo = (next: Step) => {
    void state.flush();
    void navigate({ search: { step: next } });
    window.scrollTo({ top: 0 });
  };
  const props: StepProps = {
    id: campaign.id,
    state,
    plan: hasAudience ? plan.data : undefined,
    planError: hasAudience ? plan.error : undefined,
    planBusy: plan.isFetching || state.save.kind === 'waiting' || state.save.kind === 'saving',
    goTo,
  };
  const Body = BODIES[step];
  return (
    <Page
      title={state.draft.name.trim() || t('untitled')}
      badge={<CampaignStatus state="draft" />}
      crumbs={[{ label: t('title'), to: '/s/$store/campaigns' as '/s/$store/home', params }]}
      actions={<SaveNote save={state.save} />}
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 2.5 }}>
          <StepList step={step} goTo={goTo} marks={marksOf(state, props.plan)} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 9.5 }}>
          <Stack gap="lg">
            <Body {...props} />
            <StepButtons step={step} goTo={goTo} />
          </Stack>
        </Grid.Col>
      </Grid>
      {state.save.kind === 'conflict' && <ConflictDialog id={campaign.id} state={state} />}
    </Page>
  );
}

const BODIES = { audience: AudienceStep, content: ContentStep, timing: TimingStep, review: ReviewStep };

type Mark = 'done' | 'open' | 'wrong';

function marksOf({ draft }: DraftState, plan: Plan | undefined): Record<Step, Mark> {
  const errors = new Set((plan?.checks ?? []).filter(({ level }) => level === 'error').map(stepOf));
  const mark = (step: Step, filled: boolean): Mark =>
    !filled ? 'open' : errors.has(step) ? 'wrong' : 'done';
  const { content } = draft;
  return {
    audience: mark('audience', (draft.settings?.include ?? []).length > 0),
    content: mark('content', content.subject.trim() !== '' && content.from.trim() !== ''),
    timing: mark('timing', true),
    review: plan?.can_launch ? 'done' : 'open',
  };
}

const ICONS = { done: IconCircleCheck, open: IconCircle, wrong: IconExclamationCircle };
const COLORS = { done: 'var(--sp-good)', open: 'var(--mantine-color-dimmed)', wrong: 'var(--sp-bad)' };

function StepList(props: { step: Step; goTo: (step: Step) => void; marks: Record<Step, Mark> }) {
  const { t } = useTranslation('campaigns');
  return (
    <Stack component="nav" gap={2} aria-label={t('wizard.steps')}>
      {STEPS.map((one, n) => {
        const mark = props.marks[one];
        const Icon = ICONS[mark];
        return (
          <NavLink
            key={one}
            component="button"
            active={one === props.step}
            aria-current={one === props.step ? 'step' : undefined}
            label={`${n + 1}. ${t(`step.${one}`)}`}
            description={t(`mark.${mark}`)}
            leftSection={<Icon size={18} color={COLORS[mark]} aria-hidden />}
            onClick={() => props.goTo(one)}
            style={{ borderRadius: 8 }}
          />
        );
      })}
    </Stack>
  );
}

function StepButtons({ step, goTo }: { step: Step; goTo: (step: Step) => void }) {
  const { t } = useTranslation('campaigns');
  const at = STEPS.indexOf(step);
  const [before, after] = [STEPS[at - 1], STEPS[at + 1]];
  return (
    <Group justify="space-between">
      {before === undefined ? (
        <span />
      ) : (
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
          onClick={() => goTo(before)}
        >
          {t(`step.${before}`)}
        </Button>
      )}
      {after !== undefined && (
        <Button rightSection={<IconArrowRight size={16} aria-hidden />} onClick={() => goTo(after)}>
          {t('wizard.next', { step: t(`step.${after}`) })}
        </Button>
      )}
    </Group>
  );
}
