/**
 * Draws a string of a format's pattern, for examples, tests and the evaluation. Patterns have literals, classes, groups of
 * alternatives and bounded repeats; anything else is refused here, which also keeps them linear.
 */
export function sampleOf(pattern: string, random: () => number): string {
  const { value, at } = alternatives(pattern, 0, random)
  if (at !== pattern.length) throw new SyntaxError(`"${pattern}" has something at ${at} that formats may not have.`)
  return value
}

interface Drawn {
  readonly value: string
  readonly at: number
}

function alternatives(pattern: string, from: number, random: () => number): Drawn {
  const drawn = [sequence(pattern, from, random)]
  let at = drawn[0]?.at ?? from
  while (pattern[at] === '|') {
    const next = sequence(pattern, at + 1, random)
    drawn.push(next)
    at = next.at
  }
  return { value: drawn[Math.floor(random() * drawn.length)]?.value ?? '', at }
}

function sequence(pattern: string, from: number, random: () => number): Drawn {
  let value = ''
  let at = from
  while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
    const { draw, end } = atom(pattern, at, random)
    const { least, most, end: after } = repeat(pattern, end)
    const count = least + Math.floor(random() * (Math.min(most, least + 8) - least + 1))
    for (let index = 0; index < count; index++) value += draw()
    at = after
  }
  return { value, at }
}

function atom(pattern: string, at: number, random: () => number): { draw(): string; end: number } {
  const character = pattern[at] ?? ''
  if (character === '(') {
    const inside = at + (pattern.startsWith('(?:', at) ? 3 : 1)
    const { at: close } = alternatives(pattern, inside, random)
    return { draw: () => alternatives(pattern, inside, random).value, end: close + 1 }
  }
  if (character === '[') {
    const close = pattern.indexOf(']', at)
    const members = membersOf(pattern.slice(at + 1, close))
    return { draw: () => members[Math.floor(random() * members.length)] ?? '', end: close + 1 }
  }
  if (character === '\\') return { draw: () => pattern[at + 1] ?? '', end: at + 2 }
  if ('*+^$.'.includes(character)) throw new SyntaxError(`"${pattern}" is not bounded.`)
  return { draw: () => character, end: at + 1 }
}

function repeat(pattern: string, at: number): { readonly least: number; readonly most: number; readonly end: number } {
  if (pattern[at] === '?') return { least: 0, most: 1, end: at + 1 }
  const match = /^\{(\d+)(?:,(\d+))?\}/.exec(pattern.slice(at))
  if (match === null) return { least: 1, most: 1, end: at }
  const least = Number(match[1])
  return { least, most: Number(match[2] ?? least), end: at + match[0].length }
}

function membersOf(inside: string): readonly string[] {
  const members: string[] = []
  for (let index = 0; index < inside.length; index++) {
    const first = inside.charCodeAt(index)
    const isRange = inside[index + 1] === '-' && index + 2 < inside.length
    const last = isRange ? inside.charCodeAt(index + 2) : first
    for (let code = first; code <= last; code++) members.push(String.fromCharCode(code))
    if (isRange) index += 2
  }
  return members
}
