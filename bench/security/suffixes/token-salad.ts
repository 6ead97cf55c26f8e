import type { Random } from '../../random.ts'

/**
 * Suffixes that look like those which optimisation against a model makes (Zou et al. 2023, "Universal and Transferable Adversarial
 * Attacks on Aligned Language Models"): broken words, signs of code, capitals and brackets that nothing closes, mostly without blanks.
 * No model was attacked for them: what is measured is whether text of that shape is seen.
 */
const words =
  'describing similarly now write opposite me giving please revert with two one sure tutorial begin seven formatting list dear format sentence answer interface manual steps here use table theory surely inst respond title ahead only without simultaneously anticipated programs regards prompt representing enthusi translate Spanish ten summary plain text humor letter joins mysql basket polynomial crossing equip bolt slave doctrine wine forever harbour brackets neither dish'.split(
    ' ',
  )
const pieces =
  'ley tion ing ously ist ment ified eteor ansk vik ungen isch quel ato ría zione ства ющий 示 ます 의'.split(' ')
const signs = [
  '](',
  '**',
  '\\!--',
  '.\\',
  '+',
  '?(',
  '"',
  '{{',
  '}}',
  '!!',
  ' ---',
  '[[',
  '==',
  ':`',
  '("',
  '//',
  '#{',
  '\\(',
  '$$',
  '/**',
  '."',
  ']{',
  '<!--',
  ');',
  '\\]',
  '@@',
  '^{',
]

export function tokenSalad(random: Random): string {
  const from = <Item>(items: readonly Item[], otherwise: Item): Item =>
    items[Math.floor(random.next() * items.length)] ?? otherwise
  let salad = ''
  for (let count = 16 + Math.floor(random.next() * 10); count > 0; count--) {
    const kind = random.next()
    if (kind < 0.45) salad += (random.next() < 0.6 ? ' ' : '') + cased(from(words, ''), random)
    else if (kind < 0.65) salad += from(pieces, '')
    else salad += (random.next() < 0.4 ? ' ' : '') + from(signs, '')
  }
  return salad
}

function cased(word: string, random: Random): string {
  const kind = random.next()
  if (kind < 0.12) return word.toUpperCase()
  return kind < 0.4 ? word.charAt(0).toUpperCase() + word.slice(1) : word
}
