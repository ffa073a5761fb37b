/** Ways to choose segments, tags and contacts, for every screen that needs one. */
export { contactAddress, contactName, fullName } from './contact-name';
export { ContactPicker } from './contact-picker';
export { SegmentPicker, SegmentSelect } from './segment-picker';
export { TagPicker, TagSelect } from './tag-picker';
