/**
 * Words of which a text must have one before an expression is worth running, in lower case: read from the expression itself, so that
 * nobody forgets one. `undefined`: it can match without any word of `least` characters.
 */
export function neededWords({ source, flags }: RegExp, least = 3): readonly string[] | undefined {
  const words = best(reader(source, /i/.test(flags) && /[uv]/.test(flags)).alternatives())
  return words?.every((word) => word.length >= least) === true ? [...new Set(words)] : undefined
}

/** As `neededWords`, but all that is needed: of each of these sets one word, as of a verb and its object. */
export function allNeededWords({ source, flags }: ExpressionText, least = 3): readonly (readonly string[])[] {
  return reader(source, /i/.test(flags) && /[uv]/.test(flags))
    .alternatives()
    .filter((words) => words.every((word) => word.length >= least))
    .map((words) => [...new Set(words)])
}

/** An expression, or what it would be made of. */
type ExpressionText = Pick<RegExp, 'source' | 'flags'>

type Words = readonly string[]

interface Reader {
  /** Up to the end of the source, or of the group that begins here: of each set one word stands in whatever matches. */
  alternatives(): readonly Words[]
}

/** `isUnicode`: in any case of Unicode, in which `ſ` is an `s` and the sign of Kelvin a `k`. */
function reader(source: string, isUnicode: boolean): Reader {
  let at = 0

  function alternatives(): readonly Words[] {
    const first = sequence()
    if (source[at] !== '|') return first
    let words = best(first)
    while (source[at] === '|') {
      at++
      const others = best(sequence())
      words = words === undefined || others === undefined ? undefined : [...words, ...others]
    }
    return words === undefined ? [] : [words]
  }

  function sequence(): readonly Words[] {
    const all: Words[] = []
    let run = ''
    const settle = (): void => {
      if (run !== '') all.push([run])
      run = ''
    }
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const letter = source[at] ?? ''
      if (letter === '(') {
        settle()
        const words = group()
        if (!isOptional()) all.push(...words)
        continue
      }
      const literal = letter === '[' ? setLetter() : letter === '\\' ? escaped() : plain()
      const before = at
      const canMiss = isOptional()
      if (literal === undefined || canMiss) settle()
      else {
        run += literal
        // It may stand there more than once.
        if (at > before) settle()
      }
    }
    settle()
    return all
  }

  /** What looks around asks for nothing here: it may be out of the way of the match. */
  function group(): readonly Words[] {
    at++
    const mark = /^\?(?:<?[=!]|:|<\w+>|[a-z]*(?:-[a-z]+)?:)/.exec(source.slice(at))?.[0] ?? ''
    at += mark.length
    const words = alternatives()
    at++
    return /[=!]$/.test(mark) ? [] : words
  }

  /** One character in brackets is that character, as are its capital and itself. */
  function setLetter(): string | undefined {
    const from = ++at
    while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1
    const inside = source.slice(from, at++)
    const letter = inside.slice(0, 1).toLowerCase()
    return /^[^\\^]{1,2}$/.test(inside) && inside.toLowerCase() === letter.repeat(inside.length)
      ? told(letter)
      : undefined
  }

  function escaped(): string | undefined {
    const letter = source[at + 1] ?? ''
    at += 2
    if (letter === 'x') at += 2
    else if (letter === 'u') at += 4
    else if (letter === 'c') at += 1
    else if (letter === 'p' || letter === 'P' || letter === 'k') at = source.indexOf(letter === 'k' ? '>' : '}', at) + 1
    return /[a-zA-Z0-9]/.test(letter) ? undefined : letter
  }

  function plain(): string | undefined {
    const letter = source[at++] ?? ''
    return /[\^$.]/.test(letter) ? undefined : told(letter.toLowerCase())
  }

  function told(letter: string): string | undefined {
    return letter > '\u007f' || (isUnicode && /[sk]/.test(letter)) ? undefined : letter
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

/** Longer words are rarer, and fewer of them too. */
function best(all: readonly Words[]): Words | undefined {
  let found: Words | undefined
  for (const words of all) {
    const difference = found === undefined ? 1 : shortest(words) - shortest(found)
    if (difference > 0 || (difference === 0 && words.length < (found?.length ?? 0))) found = words
  }
  return found
}

function shortest(words: Words): number {
  return Math.min(...words.map((word) => word.length))
}
