/** Digits as they stand together in a text: `(415) 555-2671` is one run of three groups. */
export interface NumberRun {
  readonly groups: readonly Group[]
  /** Behind each group but the last: one of ` -./)`. */
  readonly separators: readonly string[]
}

export interface Group {
  readonly start: number
  readonly end: number
  /** It is part of a word or of a longer number, such as a hash or a decimal. */
  readonly isJoined: boolean
}

const mostGroups = 4096
const digits = /\d+/g

export function numberRuns(text: string): readonly NumberRun[] {
  const runs: NumberRun[] = []
  let groups: Group[] = []
  let separators: string[] = []
  digits.lastIndex = 0
  // Who only tests makes no array for each number.
  while (digits.test(text)) {
    const end = digits.lastIndex
    let start = end - 1
    while (isDigit(text.charCodeAt(start - 1))) start--
    const last = groups.at(-1)
    const separator = last === undefined ? undefined : separatorOf(text, last.end, start)
    if (separator === undefined || groups.length >= mostGroups) {
      if (groups.length > 0) runs.push({ groups, separators })
      groups = []
      separators = []
    } else separators.push(separator)
    groups.push({ start, end, isJoined: isJoined(text, start, end) })
  }
  if (groups.length > 0) runs.push({ groups, separators })
  return runs
}

/** Whether groups from one on have so many digits together. */
export function hasDigits(groups: readonly Group[], first: number, digits: number): boolean {
  let left = digits
  for (let at = first; at < groups.length && left > 0; at++) left -= (groups[at]?.end ?? 0) - (groups[at]?.start ?? 0)
  return left <= 0
}

/** A space counts least, so that `) ` and ` - ` are what they hold. */
function separatorOf(text: string, from: number, to: number): string | undefined {
  if (to - from > 3) return undefined
  let found = ' '
  for (let place = from; place < to; place++) {
    const kind = separatorKind(text.charCodeAt(place))
    if (kind === undefined) return undefined
    if (kind !== ' ' && found !== ')') found = kind
  }
  return found
}

function separatorKind(unit: number): string | undefined {
  switch (unit) {
    case 0x20:
    case 0xa0:
    case 0x202f:
      return ' '
    case 0x2d:
    case 0x2010:
    case 0x2011:
    case 0x2013:
      return '-'
    case 0x2e:
      return '.'
    case 0x2f:
      return '/'
    case 0x28:
    case 0x29:
      return ')'
    default:
      return undefined
  }
}

function isJoined(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1)
  const after = text.charCodeAt(end)
  if (isWordUnit(before) || isWordUnit(after)) return true
  // A comma before three digits and behind others is one of a large number.
  if (before === 0x2c && end - start === 3 && isDigit(text.charCodeAt(start - 2))) return true
  return after === 0x2c && isDigit(text.charCodeAt(end + 1)) && isThousands(text, end + 1)
}

function isThousands(text: string, from: number): boolean {
  return isDigit(text.charCodeAt(from + 1)) && isDigit(text.charCodeAt(from + 2)) && !isDigit(text.charCodeAt(from + 3))
}

export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39
}

/** Letters of alphabets that put spaces between words, digits and the underscore. */
export function isWordUnit(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    isDigit(unit) ||
    unit === 0x5f ||
    (unit >= 0xc0 && unit <= 0x52f)
  )
}
