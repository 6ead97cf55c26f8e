/** What columns are called that hold names of persons. */

/** `part`: nothing but a name, or a part of one. `person`: those of whom one is. `firm`: of persons or of firms. `plain`: of anything. */
export type HeadingKind = 'part' | 'person' | 'firm' | 'plain'

const role =
  'patient|employee|student|guest|passenger|attendee|participant|tenant|applicant|candidate|card ?holder|account holder|policy ?holder|insured|beneficiary|physician|nurse|teacher|doctor|resident|visitor|donor'
const firm = 'customer|client|contact|member|user|recipient|payee|payer|buyer|assignee|owner|manager'
const headings: Readonly<Record<HeadingKind, string>> = {
  part: [
    '(?:first|last|full|given|family|middle|maiden|sur|fore|legal|preferred)[ _-]?names?',
    `(?:${role}|customer|client|contact|member|person|recipient|manager|doctor|parent|child)(?:['’]?s)?[ _-](?:full[ _-]|first[ _-]|last[ _-])?names?`,
    'vornamen?|nachnamen?|familiennamen?|zunamen?|pr[ée]noms?|nom de famille|apellidos?|cognome|sobrenome|achternaam|voornaam|imi[ęe]|nazwisko|f[öo]rnamn|efternamn|fornavn|etternavn|efternavn|etunimi|sukunimi|jm[ée]no|p[řr][íi]jmen[íi]|keresztn[ée]v|vezet[ée]kn[ée]v|prenume|soyad[ıi]|имя|фамилия|姓名',
  ].join('|'),
  person: `(?:${role})s?|pacientes?|patient(?:in|en)?|mitarbeiter(?:in)?|empleados?|employ[ée]s?|dipendenti?|medewerkers?|mieter(?:in)?|sch[üu]ler(?:in)?`,
  firm: `(?:${firm})s?|kunden?|kundin|klient(?:in|en)?|clientes?|clienti?|klanten?|ansprechpartner(?:in)?`,
  plain: 'names?|nom|nombre|nome|naam|namn|navn|person|persons|people',
}
const whole = Object.entries(headings).map(
  ([kind, listed]) => [kind as HeadingKind, new RegExp(`^(?:${listed})$`, 'iu')] as const,
)

/** Any of them, for an expression. */
export const headingWords = Object.values(headings).join('|')

export function headingKind(title: string): HeadingKind | undefined {
  return whole.find(([, pattern]) => pattern.test(title))?.[0]
}

const ofPersons =
  /^(?:e-?mails?(?: address)?|mail|phones?(?: number)?|tel\w*|mobile|birth\w*|date of birth|dob|geburts\w*|age|gender|sex|ssn|salary|passport\w*|address|street|diagnos[ie]s|ward|job title|allerg\w*|insurance\w*|iban)$/i
const ofThings =
  /^(?:prices?|cost|versions?|licen[cs]e|sku|stock|qty|quantity|size|type|ip|host\w*|urls?|link|default|descriptions?|required|path|file\w*|image|package|port|values?|format|repo\w*|language|brand|category|calories|weight|unit|colou?r|material|parameters?|command|options?|country|capital|population|species|genre|year|director|artist|album|isbn|ticker|symbol|latest|downloads|stars|maintainers?|cpu|memory|replicas|image|namespace|status code|method|endpoint|column|field|data type|nullable|constraint)$/i

export function isOfPersons(title: string): boolean {
  return ofPersons.test(title)
}

export function isOfThings(title: string): boolean {
  return ofThings.test(title)
}
