/**
 * Words of which a text must have one before an expression is worth running, in lower case: read from the expression itself, so that
 * nobody forgets one. `undefined`: it can match without any word of `least` characters.
 */
export function neededWords({ source, flags }: RegExp, least = 3): readonly string[] | undefined {
  const words = best(reader({ source, flags }, best).alternatives())
  return words?.every(({ word }) => word.length >= least) === true
    ? [...new Set(words.map(({ word }) => word))]
    : undefined
}

export interface NeededWord {
  readonly word: string
  /** In front of its first letter stands no letter of ASCII, wherever the expression matches. */
  readonly begins: boolean
  /** Nor behind its last. */
  readonly ends: boolean
}

/**
 * As `neededWords`, but all that is needed: of each of these sets one word, as of a verb and its object. The least common first:
 * how common a set is comes from `commonness`.
 */
export function allNeededWords(
  expression: ExpressionText,
  commonness: (words: readonly NeededWord[]) => number,
): readonly (readonly NeededWord[])[] {
  const rarest = (all: readonly Words[]): Words | undefined =>
    all.reduce<Words | undefined>(
      (one, other) => (one && commonness(one) <= commonness(other) ? one : other),
      undefined,
    )
  return reader(expression, rarest)
    .alternatives()
    .map((words) => {
      const known = new Map<string, NeededWord>()
      for (const one of words) {
        const { begins = true, ends = true } = known.get(one.word) ?? {}
        known.set(one.word, { word: one.word, begins: begins && one.begins, ends: ends && one.ends })
      }
      return [...known.values()]
    })
    .sort((one, other) => commonness(one) - commonness(other))
}

/** An expression, or what it would be made of. */
type ExpressionText = Pick<RegExp, 'source' | 'flags'>

type Words = readonly NeededWord[]

/** Of a few letters in brackets, or a few endings, each makes a word of its own: not more than these, or there are too many. */
const mostReadings = 40

interface Reader {
  /** Up to the end of the source, or of the group that begins here: of each set one word stands in whatever matches. */
  alternatives(): readonly Words[]
}

/** `best`: of what stands in one alternative, what to look for. */
function reader({ source, flags }: ExpressionText, best: (all: readonly Words[]) => Words | undefined): Reader {
  /** In any case of Unicode `ſ` is an `s` and the sign of Kelvin a `k`. */
  const isUnicode = /i/.test(flags) && /[uv]/.test(flags)
  let at = 0
  /** Whether a word can only begin here. */
  let begins = false

  function alternatives(): readonly Words[] {
    const from = begins
    const first = sequence()
    if (source[at] !== '|') return first
    let words = best(first)
    let until = begins
    while (source[at] === '|') {
      at++
      begins = from
      const others = best(sequence())
      until &&= begins
      words = words === undefined || others === undefined ? undefined : [...words, ...others]
    }
    begins = until
    return words === undefined ? [] : [words]
  }

  function sequence(): readonly Words[] {
    const all: Words[] = []
    let run: readonly string[] = ['']
    let runBegins = false
    /** `ends`: whatever stands behind it in the expression, no letter does in a text. */
    const settle = (ends = false): void => {
      const shortest = ends ? run : run.filter((word) => !run.some((other) => other !== word && word.startsWith(other)))
      // Where a sign stands at its border, the border of a word says something else.
      const isFirst = (word: string): boolean => word.startsWith(' ') || (runBegins && /^[a-z0-9]/.test(word))
      if (run[0] !== '')
        all.push(shortest.map((word) => ({ word, begins: isFirst(word), ends: ends && !endsWord(word) })))
      run = ['']
    }
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const before = begins
      if (endOfWord.test(source.slice(at, at + 8))) settle(true)
      const literals = literalsHere()
      if (literals === 'group') {
        settle()
        const words = group()
        const until = at
        const canMiss = isOptional()
        begins &&= before || !canMiss
        // Of what stands there more than once only the first begins where the group does.
        const isOnce = at === until || begins
        if (!canMiss) all.push(...words.map((one) => one.map((word) => ({ ...word, begins: word.begins && isOnce }))))
        continue
      }
      const until = at
      const canMiss = isOptional()
      const isOften = at > until && !canMiss
      begins &&= before || !canMiss
      const isEmpty = run[0] === ''
      const read = canMiss && literals !== undefined && source[until] === '?' ? ['', ...literals] : literals
      if (read === undefined || (canMiss && (isEmpty || read === literals))) {
        settle()
        continue
      }
      if (run.length * read.length > mostReadings) {
        settle()
        if (canMiss) continue
      }
      if (run[0] === '') runBegins = before
      run = run.flatMap((word) => read.map((literal) => word + literal))
      // It may stand there more than once.
      if (isOften) settle()
    }
    settle()
    return all
  }

  /** What has to stand here, where that is one of a few texts. */
  function literalsHere(): readonly string[] | undefined | 'group' {
    const letter = source[at] ?? ''
    if (letter !== '(') {
      const literals = letter === '[' ? setLetters() : letter === '\\' ? escaped() : plain()
      if (literals !== undefined) begins = literals.every(endsWord)
      return literals
    }
    const start = at
    const before = begins
    const readings = source.startsWith('(?:', at) ? readingsOfGroup() : undefined
    if (readings === undefined) {
      at = start
      begins = before
      return 'group'
    }
    begins = readings.every(endsWord)
    return readings
  }

  /** All that a group can be, if that is little; else `at` is somewhere in it. */
  function readingsOfGroup(): readonly string[] | undefined {
    at += 3
    const all: string[] = []
    let one: readonly string[] = ['']
    for (;;) {
      const letter = source[at]
      if (letter === '|' || letter === ')') {
        all.push(...one)
        one = ['']
        at++
        if (letter === ')') return all.includes('') ? undefined : all
        continue
      }
      const literals = literalsHere()
      if (typeof literals !== 'object') return undefined
      const until = at
      if (isOptional() && source[until] !== '?') return undefined
      const read = at > until ? ['', ...literals] : literals
      if (at > until && source[until] !== '?') return undefined
      one = one.flatMap((word) => read.map((literal) => word + literal))
      if (all.length + one.length > mostReadings) return undefined
    }
  }

  /** What looks around asks for nothing here: it may be out of the way of the match. */
  function group(): readonly Words[] {
    at++
    const mark = /^\?(?:<?[=!]|:|<\w+>|[a-z]*(?:-[a-z]+)?:)/.exec(source.slice(at))?.[0] ?? ''
    const noLetterBefore = /^\?<!\[?\\[wp]/.test(source.slice(at))
    const before = begins
    at += mark.length
    const words = alternatives()
    at++
    if (!/[=!]$/.test(mark)) return words
    begins = before || noLetterBefore
    return []
  }

  /** A few characters in brackets: one of them. A character and its capital are one. */
  function setLetters(): readonly string[] | undefined {
    const from = ++at
    while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1
    const inside = source.slice(from, at++)
    begins = false
    if (!/^[^\\^]{1,4}$/.test(inside) || /.-./.test(inside)) return undefined
    const letters = [...new Set(inside.toLowerCase())].map(told)
    return letters.every((letter) => letter !== undefined) ? letters : undefined
  }

  function escaped(): readonly string[] | undefined {
    const letter = source[at + 1] ?? ''
    at += 2
    if (letter === 'x') at += 2
    else if (letter === 'u') at += 4
    else if (letter === 'c') at += 1
    else if (letter === 'p' || letter === 'P' || letter === 'k') at = source.indexOf(letter === 'k' ? '>' : '}', at) + 1
    begins = letter === 'b'
    return /[a-zA-Z0-9]/.test(letter) ? undefined : [letter]
  }

  function plain(): readonly string[] | undefined {
    const letter = source[at++] ?? ''
    const literal = /[\^$.]/.test(letter) ? undefined : told(letter.toLowerCase())
    begins = letter === '^'
    return literal === undefined ? undefined : [literal]
  }

  /** Who looks for words takes characters for the same of which five bits are. */
  function told(letter: string): string | undefined {
    if (letter <= '\u007f') return isUnicode && /[sk]/.test(letter) ? undefined : letter
    const capital = letter.toUpperCase()
    const isSame = capital.length === 1 && ((capital.charCodeAt(0) ^ letter.charCodeAt(0)) & 31) === 0
    return isSame && !isUnicode ? letter : undefined
  }

  /** Reads how often what came before stands there, if the expression says so. */
  function isOptional(): boolean {
    if (!'*+?{'.includes(source[at] ?? ' ')) return false
    const often = /^(?:([*+?])|\{(\d+)(?:,\d*)?\})\??/.exec(source.slice(at))
    if (often === null) return false
    at += often[0].length
    return often[1] === '*' || often[1] === '?' || often[2] === '0'
  }

  return { alternatives }
}

/** What says that no letter follows. */
const endOfWord = /^(?:\\b|\(\?!\[?\\[wp])/

function endsWord(literal: string): boolean {
  return !/[a-z0-9]$/.test(literal)
}

/** Longer words are rarer, and fewer of them too. */
function best(all: readonly Words[]): Words | undefined {
  return all.reduce<Words | undefined>(
    (one, other) => (one !== undefined && rarity(one) >= rarity(other) ? one : other),
    undefined,
  )
}

function rarity(words: Words): number {
  return Math.min(...words.map(({ word }) => word.length)) - Math.log2(words.length)
}
