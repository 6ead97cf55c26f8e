/** What is no word by its letters alone: addresses, names in code, places to be filled in, marks of conversations. */

const maxRun = 2000

export function endOfRun(text: string, from: number): number {
  let at = from
  const most = Math.min(text.length, from + maxRun)
  while (at < most) {
    const unit = text.charCodeAt(at)
    if (unit <= 32 || unit === 34 || unit === 39 || unit === 60 || unit === 62 || unit === 96 || unit > 127) break
    at++
  }
  // A full stop or a bracket at the end belongs to the sentence.
  while (at > from + 1 && isClosing(text.charCodeAt(at - 1))) at--
  return at
}

function isClosing(unit: number): boolean {
  return (
    unit === 46 || unit === 44 || unit === 41 || unit === 33 || unit === 63 || unit === 59 || unit === 58 || unit === 93
  )
}

export function endOfName(text: string, from: number): number {
  let at = from
  while (at < text.length && (text.charCodeAt(at) === 95 || isWordUnit(text, at))) at++
  return at
}

export function isWordUnit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return (unit | 32) >= 97 && (unit | 32) <= 122 ? true : unit >= 48 && unit <= 57
}

export function isDigitUnit(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || unit === 46 || unit === 44
}

export function isCurrency(unit: number): boolean {
  return unit === 36 || unit === 0x20ac || unit === 0xa3 || unit === 0xa5
}

/** `.example`, `.com`: letters behind a full stop, up to the end of a word. */
export function isDomain(text: string, at: number): boolean {
  let end = at + 1
  while (end < text.length && end < at + 12 && isLowerLetter(text.charCodeAt(end))) end++
  const size = end - at - 1
  if (size < 2 || size > 8) return false
  const behind = end < text.length ? text.charCodeAt(end) : 32
  return behind <= 32 ||
    behind === 47 ||
    behind === 46 ||
    behind === 44 ||
    behind === 41 ||
    behind === 63 ||
    behind === 34
    ? isTopLevel(text.slice(at + 1, end))
    : false
}

const topLevels = new Set(
  'com org net io ai app dev example co uk de fr ru cn info biz xyz site online shop club top link me gov edu test'.split(
    ' ',
  ),
)

function isTopLevel(name: string): boolean {
  return topLevels.has(name)
}

function isLowerLetter(unit: number): boolean {
  return unit >= 97 && unit <= 122
}

/** `[INSERT PROMPT HERE]`, `[goal]`: to be filled in. */
export function isSlot(text: string, at: number): boolean {
  for (let index = at + 1; index < at + 40; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 93) return index - at >= 5
    if (!((unit >= 65 && unit <= 90) || unit === 32 || unit === 95)) return false
  }
  return false
}

const marks = [
  '<|',
  '</system',
  '<system',
  '<<SYS',
  '</user',
  '<user>',
  '<assistant',
  '</assistant',
  '<s>',
  '</s>',
  '<instruction',
  '</instruction',
  '<admin',
  '<human',
  '<tool',
  '</tool',
  '</document',
  '</context',
  '</data',
  '</input',
  '</prompt',
  '<prompt',
  '<important',
  '<IMPORTANT',
  '<start_of_turn',
  '<end_of_turn',
  '<SYSTEM',
  '</SYSTEM',
  '<function_',
]

export function isMark(text: string, at: number): boolean {
  for (const mark of marks) if (text.startsWith(mark, at)) return true
  return false
}
