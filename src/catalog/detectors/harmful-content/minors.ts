import { marker } from './marker.ts'

/** Somebody who is not of age, by his age or by what he is called. */
export const years = String.raw`(?:-| )?(?:years?|yrs?)(?:-| )?olds?|(?:-| )?y\/?o\b`
const teens = 'thirteen|fourteen|fifteen|sixteen|seventeen'
export const below13 = 'two|three|four|five|six|seven|eight|nine|ten|eleven|twelve'
const young =
  'girls?|boys?|kids?|child|student|pupil|daughter|son|niece|nephew|sister|brother|step-?daughter|step-?son|cousin|neighbou?r'
const minor = String.raw`(?:under-?aged?(?: (?:girls?|boys?|kids?|teens?|children))?|minors?|child(?:ren)?|kids|toddlers?|pre-?teens?|tweens?|school ?(?:girls?|boys?|kids|children)|little (?:girls?|boys?|kids?)|lolis?|lolitas?|shota|(?:(?:[1-9]|1[0-7])|${below13}|${teens})(?:${years})(?: (?:\w+ )?(?:${young}))?|(?:${young})s?(?: (?:\w+ )?(?:of|aged?|who (?:is|was)|who['’]s|is)|, (?:who|she|he)(?: is|['’]s)|, aged|,) ?(?:only )?(?:(?:[1-9]|1[0-7])\b(?! (?:minutes|hours|days|weeks|months|percent|people|miles))|${below13}|${teens}))`

/** In a sentence that was marked: the long expression is compiled once, and not for each thing that is said of them. */
export const aMinor = '_m+_'

export const markMinors = marker(minor, 'm')
