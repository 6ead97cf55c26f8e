/**
 * Words without which an expression finds nothing, read from the expression itself: one pass over a piece of text says which stand in
 * it, and most expressions never run, nor are they compiled. Too many words cost time, a word too few would lose a finding.
 */
/** `word`: ends there, too. `start`: a longer word may go on. `sign`: a single character. */
export type Need = `${'word' | 'start' | 'sign'}:${string}`

type Node = { readonly min: number; readonly isMany: boolean } & (
  | { readonly kind: 'letters'; readonly letters: readonly string[] }
  | { readonly kind: 'wild'; readonly isOfWords: boolean }
  | { readonly kind: 'gap' | 'bound' | 'nothing' }
  | { readonly kind: 'group'; readonly branches: readonly Branch[] }
)
type Branch = readonly Node[]

/** What was read so far of what an expression begins with. */
interface State {
  readonly word: string
  /** Whether a word begins here. */
  readonly isStart: boolean
  readonly sign: string
}

/** Any of the characters of scripts without gaps: their words are not told apart. */
export const gapless = 0x0e00
const gaplessNeed: Need = `sign:${String.fromCharCode(gapless)}`
/** As the expressions have it: `\w`, and letters of other scripts. */
export function isWordUnit(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 0xdf && unit < 0x2000) || (unit >= 48 && unit <= 57) || unit === 95
}

/** They stand nearly everywhere: to look for them costs more than they save. */
const common: ReadonlySet<string> = new Set('the a an to of and in is it for you this on be'.split(' '))

/** Sets of needs: of each, one stands in all that the expression finds. */
export function neededWords(source: string): readonly (readonly Need[])[] {
  const branches = parsed(source)
  const sets = branches.map((branch) => rareOf(setsOf(branch)))
  if (sets.length === 1) return sets[0] ?? []
  const smallest = sets.map((of) => of.toSorted((a, b) => a.length - b.length)[0])
  return smallest.some((set) => set === undefined) ? [] : [[...new Set(smallest.flatMap((set) => set ?? []))]]
}

function rareOf(sets: readonly (readonly Need[])[]): readonly (readonly Need[])[] {
  const rare = sets.filter((set) => !set.some((need) => common.has(need.slice(need.indexOf(':') + 1))))
  return rare.length > 0 ? rare : sets
}

function setsOf(branch: Branch): readonly (readonly Need[])[] {
  const sets = new Map<string, readonly Need[]>()
  for (const [index, { kind, min }] of branch.entries()) {
    const before = branch[index - 1]?.kind
    const isPart = (kind === 'group' && before !== 'bound') || (kind === 'bound' && before !== 'group')
    if (index > 0 && (min === 0 || !isPart)) continue
    const set = firstNeeds(branch.slice(index))
    if (set !== undefined) sets.set(set.join(), set)
  }
  return [...sets.values()]
}

/** What stands first in all that is found, as far as it can be told. */
function firstNeeds(branch: Branch): readonly Need[] | undefined {
  const needs = new Set<Need>()
  let isKnown = true
  const end = ({ word, sign }: State): void => {
    if (word !== '') needs.add(`start:${word}`)
    else if (sign.trim() !== '' && sign !== '.') needs.add(`sign:${sign}`)
    else isKnown = false
  }
  walk(branch, 0, { word: '', isStart: false, sign: '' }, needs, end)
  return isKnown && needs.size > 0 ? [...needs] : undefined
}

function walk(branch: Branch, at: number, state: State, needs: Set<Need>, then: (state: State) => void): void {
  const node = branch[at]
  if (node === undefined) {
    then(state)
    return
  }
  const goOn = (next: State): void => walk(branch, at + 1, next, needs, then)
  const goOnWild = (next: State, isOfWords: boolean): void => {
    if (next.word !== '') needs.add(`start:${next.word}`)
    else if (next.sign.trim() !== '' && (next.sign !== '.' || isOfWords)) needs.add(`sign:${next.sign}`)
    else goOn({ word: '', isStart: false, sign: '' })
  }
  // A repetition that ends with a sign ends so each time.
  const behind = (next: State): void => (node.isMany && next.sign === '' ? goOnWild(next, false) : goOn(next))
  if (node.min === 0) goOn(state)
  if (node.kind === 'nothing') goOn(state)
  else if (node.kind === 'wild') goOnWild(state, node.isOfWords && node.min > 0)
  else if (node.kind === 'group') for (const branch of node.branches) walk(branch, 0, state, needs, behind)
  else if (node.kind === 'letters') for (const letter of node.letters) read(letter, state, needs, behind)
  else if (state.word !== '') needs.add(`word:${state.word}`)
  else goOn({ word: '', isStart: true, sign: node.kind === 'gap' ? '' : state.sign })
}

function read(letter: string, state: State, needs: Set<Need>, then: (state: State) => void): void {
  const unit = letter.charCodeAt(0)
  if (isWordUnit(unit) && (state.word !== '' || unit < gapless))
    then({ ...state, word: state.isStart ? state.word + letter : '', sign: '' })
  else if (state.word !== '') needs.add(`word:${state.word}`)
  else if (unit >= gapless) needs.add(gaplessNeed)
  else then({ word: '', isStart: true, sign: letter })
}

/** The parts of the syntax that the expressions of this folder use. */
function parsed(source: string): readonly Branch[] {
  let at = 0
  const branchesHere = (): readonly Branch[] => {
    const branches: Node[][] = [[]]
    while (at < source.length && source[at] !== ')') {
      if (source[at] === '|') {
        at++
        branches.push([])
      } else branches.at(-1)?.push(nodeHere())
    }
    return branches
  }
  const nodeHere = (): Node => {
    const node = bareNode()
    const quantifier = /^(?:[?*+]|\{(\d+)(,?)(\d*)\})\??/.exec(source.slice(at, at + 12))
    if (quantifier === null) return node
    at += quantifier[0].length
    const sign = quantifier[0].charAt(0)
    const min = sign === '+' ? 1 : sign === '{' ? Number(quantifier[1]) : 0
    return { ...node, min, isMany: sign !== '?' }
  }
  const once = { min: 1, isMany: false } as const
  const bareNode = (): Node => {
    const sign = source.charAt(at)
    if (sign === '(') return groupHere()
    if (sign === '[') {
      const end = source.indexOf(']', source[at + 1] === '\\' ? at + 3 : at + 1)
      const inside = source.slice(at + 1, end)
      at = end + 1
      if (!/[\\^-]/.test(inside)) return { ...once, kind: 'letters', letters: [...inside] }
      return { ...once, kind: 'wild', isOfWords: /^(?:a-z|\\w)_?$/.test(inside) }
    }
    at++
    if (sign === '^' || sign === '$') return { ...once, kind: 'bound' }
    if (sign === '.') return { ...once, kind: 'wild', isOfWords: false }
    if (sign !== '\\') return { ...once, kind: 'letters', letters: [sign] }
    const escaped = source.charAt(at++)
    if (escaped === 'b') return { ...once, kind: 'bound' }
    if (escaped === 's') return { ...once, kind: 'gap' }
    if (escaped === 'w' || escaped === 'd') return { ...once, kind: 'wild', isOfWords: true }
    if (/[a-zA-Z0-9]/.test(escaped)) {
      if (escaped === 'u') at += 4
      return { ...once, kind: 'wild', isOfWords: false }
    }
    return { ...once, kind: 'letters', letters: [escaped] }
  }
  const groupHere = (): Node => {
    const opening = /^\((?:\?(?:[:=!]|<[=!]))?/.exec(source.slice(at, at + 5))?.[0] ?? '('
    at += opening.length
    // "No letter before it", "none behind it".
    const isBound = /^\[(?:a-z|\\w)[^\]]*\]\)/.test(source.slice(at, at + 40)) && opening.endsWith('!')
    const branches = branchesHere()
    at++
    if (opening === '(' || opening === '(?:') return { ...once, kind: 'group', branches }
    return { ...once, kind: isBound ? 'bound' : 'nothing' }
  }
  return branchesHere()
}
