/**
 * Finds which of many words stand in a text, in any case, in one pass: four characters of five bits each look a word up, and
 * only where they do is the word compared. Words of fewer characters are searched for one by one.
 * `each` is told of every place of the longer ones, from left to right.
 */
export function wordFinder(
  words: readonly string[],
): (text: string, each?: (word: string, start: number) => void) => ReadonlySet<string> {
  const table = new Uint8Array(1 << 20)
  const byKey = new Map<number, string[]>()
  for (const word of new Set(words)) {
    if (word.length < 4) continue
    const key = keyOf(word)
    table[key] = 1
    const others = byKey.get(key)
    if (others === undefined) byKey.set(key, [word])
    else others.push(word)
  }
  const short = [...new Set(words)].filter((word) => word.length < 4)
  return (text, each) => {
    let found: Set<string> | undefined
    for (const word of short) {
      if (!(hasLetter.test(word) ? text.toLowerCase() : text).includes(word)) continue
      found ??= new Set()
      found.add(word)
    }
    let key = 0
    for (let index = 0; index < text.length; index++) {
      key = ((key << 5) | (text.charCodeAt(index) & 31)) & 0xfffff
      if (table[key] === 0) continue
      for (const word of byKey.get(key) ?? []) {
        if ((each === undefined && found?.has(word) === true) || !isAt(text, index - 3, word)) continue
        found ??= new Set()
        found.add(word)
        each?.(word, index - 3)
      }
    }
    return found ?? none
  }
}

const hasLetter = /\p{L}/u
const none: ReadonlySet<string> = new Set()

function keyOf(word: string): number {
  let key = 0
  for (let index = 0; index < 4; index++) key = (key << 5) | (word.charCodeAt(index) & 31)
  return key
}

function isAt(text: string, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const unit = text.charCodeAt(start + index)
    if ((unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit) !== word.charCodeAt(index)) return false
  }
  return true
}
