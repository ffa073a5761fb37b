/** Contacts as several screens show them: name, address, consent chips. */
export {
  CHANNEL_ICONS,
  CHANNELS,
  type Channel,
  ChannelChip,
  ChannelChips,
  type ChannelState,
  sinceOf,
  stateOf,
} from './channels';
export { ContactLink } from './contact-link';
