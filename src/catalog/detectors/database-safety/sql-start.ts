/** One or more blanks, in JSON too, or a comment that stands for them, or what begins and ends one that MySQL runs. */
const gap = String.raw`(?:\s|\\[nrt]|/\*[^*]{0,40}\*/|/\*!\d{0,6}|\*/){1,8}`
const verbs = [
  String.raw`select(?=[\s(*/"'\x60@\d])(?=[\s\S]{0,1500}?\bfrom\b|GAP[\w@]{1,60}\(|GAP['@\d])`,
  String.raw`withGAP(?:recursiveGAP)?\w{1,60}GAP?(?:\([^)]{0,200}\)GAP?)?asGAP?(?:(?:notGAP)?materializedGAP?)?\(`,
  'insertGAP(?:into|overwrite|ignore)GAP',
  '(?:replace|merge)GAPintoGAP',
  String.raw`updateGAP[\w."\x60[\]]{1,120}(?:GAP(?:as|\w{1,20})){0,2}GAPset\b`,
  String.raw`deleteGAP(?:\w{1,40}GAP)?fromGAP`,
  '(?:drop|create|alter)GAP(?:(?:or|replace|temporary|temp|unique|external|unlogged|global|materialized|default)GAP){0,3}(?:table|database|schema|tablespace|column|view|index|user|role|login|group|procedure|function|trigger|collection|keyspace|owned|sequence|type|extension|privileges|system)GAP',
  String.raw`truncateGAP[\w"\x60[]`,
  String.raw`(?:grant|revoke)GAP[\w"\x60]`,
  'setGAP(?:password|global|role)GAP',
  String.raw`(?:exec|execute)GAP(?:\w{1,40}\.{1,2}){0,2}(?:xp_|sp_|immediate|')|(?:exec|execute)GAP?\('`,
  String.raw`copyGAP(?:intoGAP['@\w]|\(|[\w."]{1,80}GAP?(?:\([^)]{0,200}\)GAP?)?(?:to|from)GAP(?:program|'|stdout|stdin))`,
  String.raw`unloadGAP?\(`,
  'exportGAPdataGAP',
  'loadGAPdataGAP',
  'backupGAP(?:database|log)GAP',
  "attachGAP(?:databaseGAP)?'",
  String.raw`shutdown(?:GAP(?:with|abort|immediate)|\s{0,8}(?=[;"'\x60]|$))`,
  'resetGAP(?:master|binary)\\b',
  String.raw`showGAP(?:tables|databases|schemas|columns|grants|users|processlist|variables)\b`,
]

/** By the first word of a verb: what must follow it, so that a sentence is seldom read further. */
const starts: ReadonlyMap<string, RegExp> = new Map(
  verbs.flatMap((source) => {
    const filled = source.replaceAll('GAP?', gap.replace('{1,8}', '{0,8}')).replaceAll('GAP', gap)
    const pattern = new RegExp(String.raw`(?:(?<![\w.$-])|(?<=/\*!\d{5,6}))(?:${filled})`, 'iy')
    return firstWords(source).map((word) => [word, pattern] as const)
  }),
)

/** Words to look for in a text. */
export const startWords: readonly string[] = [...starts.keys()].flatMap((word) =>
  word.length > 3 ? [word] : [' ', '\t', '\n', '/'].map((behind) => word + behind),
)

/** True where a statement may begin: `word` is the one of `startWords` that stands there. */
export function beginsAt(text: string, place: number, word: string): boolean {
  const pattern = starts.get(word) ?? starts.get(word.slice(0, -1))
  if (pattern === undefined) return false
  pattern.lastIndex = place
  return pattern.test(text)
}

function firstWords(source: string): readonly string[] {
  const words = /^(?:\(\?:([a-z|]+)\)|([a-z]+))/.exec(source)
  return (words?.[1] ?? words?.[2] ?? '').split('|')
}
