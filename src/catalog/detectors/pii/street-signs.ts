export const types: readonly string[] = [
  'Street',
  'Avenue',
  'Road',
  'Lane',
  'Drive',
  'Boulevard',
  'straße',
  'strasse',
  'straat',
  'gatan',
]
export const englishTypes: readonly string[] = types.map((type) => type.toLowerCase())
export const foreignTypes: readonly string[] = [
  'rue ',
  'alle ',
  'venida',
  'ul. ',
  'rua ',
  'via ',
  'viale ',
  'avda',
  'vej',
  'gade',
  'gasse',
  'laan',
  'vägen',
  'veien',
]
export const corners: readonly string[] = ['corner of', 'ntersection of']

/** What a street without a number needs; most texts have none of it. */
export const streetWords: readonly string[] = [...englishTypes, ...foreignTypes, ...corners]
