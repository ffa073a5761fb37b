/** Countries and languages to choose from, with names in the reader's language. */
import { countryName, languageName } from './format';

/** ISO 3166-1 alpha-2. */
const COUNTRIES =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'.split(
    ' ',
  );

/** BCP 47 tags that shops write in; any other can be typed where that matters. */
const LANGUAGES =
  'ar bg bn bs ca cs da de de-AT de-CH el en en-AU en-CA en-GB en-US es es-MX et fa fi fil fr fr-BE fr-CA fr-CH gl he hi hr hu hy id is it ja ka kk km ko lo lt lv mk mn ms my nb ne nl nl-BE pl pt pt-BR ro ru si sk sl sq sr sv sw ta te th tr uk ur uz vi zh zh-CN zh-HK zh-Hans zh-Hant zh-TW'.split(
    ' ',
  );

export interface Choice {
  value: string;
  label: string;
}

const byLabel = (a: Choice, b: Choice) => a.label.localeCompare(b.label);

/** Every country by name. */
export function countryChoices(): Choice[] {
  return COUNTRIES.map((value) => ({ value, label: countryName(value) })).sort(byLabel);
}

/** Languages by name, and those of `also` that are not in the list. */
export function languageChoices(also: string[] = []): Choice[] {
  const tags = new Set([...LANGUAGES, ...also]);
  return [...tags].map((value) => ({ value, label: `${languageName(value)} (${value})` })).sort(byLabel);
}

/** Every IANA time zone that the browser knows. */
export function zoneChoices(also: string[] = []): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), ...also])];
}
