/** What three characters stand side by side in a sentence: a word all of whose threes are among them may stand there. */
export interface Threes {
  note(sentence: string): void
  hasAny(words: readonly NotedWord[]): boolean
}

export type NotedWord = readonly number[]

/** Five bits of each character, which a letter shares with its capital. */
export function notedWord(word: string): NotedWord {
  const threes: number[] = []
  let key = 0
  for (let index = 0; index < word.length; index++) {
    key = ((key << 5) | (word.charCodeAt(index) & 31)) & 0x7fff
    if (index > 1) threes.push(key)
  }
  return threes
}

export function createThrees(): Threes {
  const noted = new Uint8Array(1 << 15)
  let mark = 0

  function has(word: NotedWord): boolean {
    for (let index = 0; index < word.length; index++) if (noted[word[index] ?? 0] !== mark) return false
    return true
  }

  return {
    note(sentence) {
      // A mark of its own for each sentence: then nothing has to be wiped but now and then.
      mark = mark === 255 ? 1 : mark + 1
      if (mark === 1) noted.fill(0)
      let key = 0
      for (let index = 0; index < sentence.length; index++) {
        key = ((key << 5) | (sentence.charCodeAt(index) & 31)) & 0x7fff
        if (index > 1) noted[key] = mark
      }
    },
    hasAny(words) {
      for (let index = 0; index < words.length; index++) if (has(words[index] as NotedWord)) return true
      return false
    },
  }
}
