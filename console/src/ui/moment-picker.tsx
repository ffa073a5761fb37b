/** Picks a day with a time of day, as a wall time; every control of its calendar has a name. */
import { DateTimePicker, type DateTimePickerProps } from '@mantine/dates';
import { useId } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

/** Names of a calendar's controls, and of the calendar itself, which takes that of the field. */
export function useCalendarWords() {
  const { t } = useTranslation();
  const id = useId();
  return {
    // The pop-up takes its name from the field, which it knows by this id.
    id,
    popoverProps: { id },
    ariaLabels: {
      nextMonth: t('calendar.nextMonth'),
      previousMonth: t('calendar.previousMonth'),
      nextYear: t('calendar.nextYear'),
      previousYear: t('calendar.previousYear'),
      nextDecade: t('calendar.nextDecade'),
      previousDecade: t('calendar.previousDecade'),
    },
  };
}

export function MomentPicker(props: DateTimePickerProps) {
  const { t } = useTranslation();
  const words = useCalendarWords();
  return (
    <DateTimePicker
      {...words}
      valueFormat="YYYY-MM-DD HH:mm"
      timePickerProps={{
        hoursInputLabel: t('calendar.hours'),
        minutesInputLabel: t('calendar.minutes'),
      }}
      submitButtonProps={{ 'aria-label': t('calendar.take') }}
      {...props}
    />
  );
}
