import { sampleOf } from '../../../src/catalog/detectors/secrets/sample.ts'
import type { Random } from '../../random.ts'

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random.next() * items.length)]
  if (item === undefined) throw new RangeError('There is nothing to pick from.')
  return item
}

const words =
  'sunflower tiger winter London Berlin dragon monkey coffee Summer Spring hunter banana purple rocket Falcon guitar marble Kiwi orange velvet'.split(
    ' ',
  )
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** As people and password managers make them. */
export function drawPassword(random: Random): string {
  const word = () => pick(random, words)
  const number = (digits: number) => sampleOf(`[0-9]{${digits}}`, random.next)
  return pick(random, [
    () => `${capital(word())}${number(4)}!`,
    () => `${word()}${number(3)}`,
    () => `${capital(word())}#${number(2)}`,
    () => `${capital(word())}-${word()}-${number(2)}`,
    () => sampleOf('[A-Za-z0-9]{12}[0-9]', random.next),
    () => `${sampleOf('[A-Za-z0-9!@$*_]{15}', random.next)}7q`,
    () => `P@ssw0rd${number(2)}`,
    () => `${word()}$${capital(word())}${number(1)}`,
    () => `Welcome${number(4)}!`,
    () => `tr0ub4dor&${number(1)}x`,
  ])()
}
