const special: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  ß: 'ss',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ə: 'a',
}

/** In lower case and without accents and apostrophes, as the lists of names are written. */
export function folded(word: string): string {
  const lower = word.toLowerCase()
  if (!needsFolding(lower)) return lower
  return lower
    .normalize('NFD')
    .replace(/[\u0300-\u036f'’`]/g, '')
    .replace(/[øłßđðþæœıə]/g, (letter) => special[letter] ?? letter)
}

function needsFolding(word: string): boolean {
  for (let place = 0; place < word.length; place++) {
    const unit = word.charCodeAt(place)
    if (unit > 0x7f || unit === 0x27 || unit === 0x60) return true
  }
  return false
}
