/**
 * How many tokens a text is, about, for calls whose provider did not say. Characters are counted by script, with weights
 * fitted to OpenAI's o200k_base vocabulary over prose, code and JSON in fourteen languages.
 *
 * Error against o200k_base: within 7 % for English, code and JSON, within 25 % for other scripts, 30 % for bare numbers.
 * Anthropic's vocabulary is not public; its counts are somewhat higher.
 */
export function estimateTokens(text: string): number {
  let tokens = 0
  let previous: Script = 'space'
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const script = scriptOf(code)
    if (script === 'letter') {
      const startsWord = previous !== 'letter' && previous !== 'accented'
      const isCamelHump = !startsWord && code < 0x61 && text.charCodeAt(index - 1) >= 0x61
      tokens += weights.letter + (startsWord || isCamelHump ? WORD : 0)
    } else if (script === previous && (script === 'punctuation' || script === 'space' || script === 'line')) {
      tokens += repeated[script]
    } else {
      tokens += weights[script]
    }
    previous = script
  }
  return Math.ceil(tokens)
}

/** A word costs this and a little for each of its letters. */
const WORD = 0.82
const weights = {
  letter: 0.07,
  accented: 0.6,
  digit: 0.42,
  space: 0,
  line: 0.6,
  punctuation: 0.72,
  greek: 0.4,
  cyrillic: 0.25,
  semitic: 0.27,
  indic: 0.33,
  kana: 0.75,
  han: 0.68,
  hangul: 0.68,
  other: 0.8,
}
const repeated = { punctuation: 0.32, space: 0.04, line: 0 }

type Script = keyof typeof weights

function scriptOf(code: number): Script {
  if (code < 0x80) {
    const lower = code | 0x20
    if (lower >= 0x61 && lower <= 0x7a) return 'letter'
    if (code >= 0x30 && code <= 0x39) return 'digit'
    if (code === 0x20 || code === 0x09) return 'space'
    if (code === 0x0a || code === 0x0d) return 'line'
    return 'punctuation'
  }
  if (code < 0x250) return 'accented'
  if (code >= 0x370 && code < 0x400) return 'greek'
  if (code >= 0x400 && code < 0x530) return 'cyrillic'
  if (code >= 0x590 && code < 0x800) return 'semitic'
  if (code >= 0x900 && code < 0xe80) return 'indic'
  if (code >= 0x3040 && code < 0x3100) return 'kana'
  if ((code >= 0x3000 && code < 0xa000) || (code >= 0xff00 && code < 0xfff0)) return 'han'
  if (code >= 0xac00 && code < 0xd7b0) return 'hangul'
  return 'other'
}
