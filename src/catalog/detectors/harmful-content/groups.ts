import { marker } from './marker.ts'

const people = '(?:people|men|women|persons?|folks?|guys|kids|girls|boys|americans?)'
export const group = String.raw`(?<!\b(?:some|few|certain|many|those|two|three|most of the) )(?:jews|jewish ${people}|muslims?|muslim ${people}|islam|christians|catholics|hindus|sikhs|arabs?|arab ${people}|blacks|black ${people}|africans?(?: ${people})?|whites|white ${people}|asians?(?: ${people})?|chinese(?: ${people})?|mexicans?|latin[oaxe]s?|hispanics?|indians|pakistanis?|turks|poles|russians|ukrainians|roma(?:ni)?\b(?: ${people})?|gyps(?:y|ies)|native americans|aborigin(?:al ${people}|es)|(?:im)?migrants?|refugees?|foreigners?|asylum[- ]seekers?|gays?(?: ${people})?|lesbians?|homosexuals?|queers?|trans(?:gender|sexual)s?(?: ${people})?|trans\b(?: ${people})?|lgbtq?\+?(?: ${people})?|women|females|(?:the )?disabled(?: ${people})?|people with (?:disabilities|down syndrome|autism)|autistic(?: ${people}|s)|(?:the )?homeless(?: ${people})?|israelis|palestinians|feminists?|liberals|atheists|mormons|kurds|tutsis?|hutus?|rohingya|uyghurs?|dalits?|old people)`

/** In a sentence that was marked: the long expression is compiled once, and not for each thing that is said of them. */
export const aGroup = '_g+_'

export const markGroups = marker(group, 'g')
