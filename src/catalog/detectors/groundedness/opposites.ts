/** Words of which the one denies the other. Stems are compared, so that each stands in its plain form. */
const pairs = `
allowed forbidden|allowed prohibited|allowed banned|permitted forbidden|permitted prohibited|welcome forbidden|welcome prohibited
open closed|opened closed|include exclude|included excluded|increase decrease|increased decreased|rise fall|rose fell|grew shrank
accept reject|accepted rejected|approved denied|granted denied|enable disable|enabled disabled|win lose|won lost|buy sell|bought sold
free paid|public private|mandatory optional|required optional|legal illegal|safe dangerous|possible impossible|true false
succeed fail|succeeded failed|success failure|alive dead|present absent|active inactive|available unavailable|guilty innocent
more less|most least|above below|before after|higher lower|highest lowest|larger smaller|largest smallest|longer shorter
longest shortest|older younger|oldest youngest|first last|maximum minimum|arrive depart|arrived departed|north south|east west
left right|male female|hot cold|early late|earlier later|begin end|began ended|start stop|started stopped|gain loss|profit loss
`
  .trim()
  .split(/[|\n]/)
  .map((pair) => pair.split(' ') as [string, string])

const opposites = new Map<string, string[]>()
for (const [one, other] of pairs) {
  opposites.set(one, [...(opposites.get(one) ?? []), other])
  opposites.set(other, [...(opposites.get(other) ?? []), one])
}

/** Says of what stands in the one text whether the other has its opposite, and not the word itself. */
export function opposed(claim: string, source: string): boolean {
  const [said, known] = [wordsIn(claim), wordsIn(source)]
  for (const word of said) {
    if (known.has(word)) continue
    if (opposites.get(word)?.some((other) => known.has(other) && !said.has(other)) === true) return true
  }
  return false
}

function wordsIn(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[a-z]+/g) ?? [])
}
