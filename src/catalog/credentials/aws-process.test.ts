import fc from 'fast-check'
import { expect, it } from 'vitest'
import { splitCommand } from './aws-process.ts'

it.each([
  ['/bin/tool --json', ['/bin/tool', '--json']],
  ['  tool\ta  b ', ['tool', 'a', 'b']],
  ['"/opt/my tools/tool" "a \\"b\\" \\\\ \\n"', ['/opt/my tools/tool', 'a "b" \\ \\n']],
  ['tool \'a "b" \\\' c', ['tool', 'a "b" \\', 'c']],
  ['tool a\\ b ""', ['tool', 'a b', '']],
  [
    'tool $(id) ; rm -rf / | `id` > x && $HOME',
    ['tool', '$(id)', ';', 'rm', '-rf', '/', '|', '`id`', '>', 'x', '&&', '$HOME'],
  ],
])('%s are the words that no shell has looked at', (command, words) => {
  expect(splitCommand(command)).toEqual(words)
})

it.each(['', '   ', '"open', "tool 'open", '""', '"" x'])('%j is no command', (command) => {
  expect(splitCommand(command)).toBeUndefined()
})

it('words that are quoted come back as they were', () => {
  const quoted = (word: string): string => `"${word.replace(/["\\]/g, '\\$&')}"`
  const words = fc.array(fc.string({ minLength: 1 }), { minLength: 1 })
  fc.assert(
    fc.property(words, (some) => {
      expect(splitCommand(some.map(quoted).join(' '))).toEqual(some)
    }),
  )
})
