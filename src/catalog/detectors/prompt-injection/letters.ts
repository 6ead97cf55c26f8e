/** Part of a word, and left out of it: marks of Arabic and Hebrew. */
export const skipped = 1

const special: Readonly<Record<string, string>> = {
  ß: 's',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ı: 'i',
  æ: 'a',
  œ: 'o',
  ħ: 'h',
  ŧ: 't',
}

/** How a character is read in words: lower case, without marks of Latin letters; 0: it is part of no word. */
export const foldedLetter: Uint16Array = foldedLetters()

/** Scripts that have no gaps between words, or whose words take many endings: words are looked for inside of a text. */
export function isGapless(unit: number): boolean {
  return (
    (unit >= 0x2e80 && unit < 0xd800) ||
    (unit >= 0x0e00 && unit <= 0x0eff) ||
    (unit >= 0x1000 && unit <= 0x11ff) ||
    (unit >= 0x1780 && unit <= 0x17ff) ||
    (unit >= 0xf900 && unit <= 0xfaff)
  )
}

/** A word as the table of words has it. */
export function foldedWord(word: string): string {
  let made = ''
  for (let at = 0; at < word.length; at++) {
    const letter = foldedLetter[word.charCodeAt(at)] ?? 0
    if (letter > skipped) made += String.fromCharCode(letter)
  }
  return made
}

function foldedLetters(): Uint16Array {
  const table = new Uint16Array(0x10000)
  for (let unit = 97; unit < 123; unit++) table[unit] = table[unit - 32] = unit
  table[39] = 39
  table[0x2019] = 39
  for (let unit = 0xc0; unit < 0x250; unit++) table[unit] = latin(unit)
  for (let unit = 0x1e00; unit < 0x1f00; unit++) table[unit] = latin(unit)
  for (let unit = 0x370; unit < 0x590; unit++) table[unit] = lower(unit)
  for (let unit = 0x591; unit < 0x0e00; unit++) table[unit] = unit
  for (let unit = 0x591; unit <= 0x5c7; unit++) table[unit] = skipped
  for (let unit = 0x64b; unit <= 0x65f; unit++) table[unit] = skipped
  table[0x640] = skipped
  for (let unit = 0x300; unit <= 0x36f; unit++) table[unit] = skipped
  table[0xad] = table[0x200c] = table[0x200d] = skipped
  table[0xd7] = table[0xf7] = 0
  // Punctuation of Arabic, Urdu and Devanagari.
  for (const unit of [0x60c, 0x61b, 0x61f, 0x66a, 0x66b, 0x66c, 0x6d4, 0x964, 0x965]) table[unit] = 0
  return table
}

function latin(unit: number): number {
  const letter = String.fromCharCode(unit).toLowerCase()
  const base = letter.normalize('NFD').charAt(0)
  const folded = special[base] ?? base
  return folded.charCodeAt(0)
}

function lower(unit: number): number {
  const letter = String.fromCharCode(unit)
  if (!/\p{L}/u.test(letter)) return 0
  const base = letter.toLowerCase().normalize('NFD').charAt(0)
  // й is a letter of its own, which NFD takes apart.
  return letter.toLowerCase() === 'й' ? 0x439 : base.charCodeAt(0)
}
