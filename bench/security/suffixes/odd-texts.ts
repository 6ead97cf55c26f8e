import type { Random } from '../../random.ts'

/** Ordinary texts with many signs and few words, by what they are. */
export function oddTexts(random: Random, count: number): Readonly<Record<string, readonly string[]>> {
  const number = (below: number): number => Math.floor(random.next() * below)
  const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, () => number(256)))
  const make = (one: () => string): readonly string[] => Array.from({ length: count }, one)
  const name = (): string => ['user', 'total', 'rows', 'item', 'page', 'token'][number(6)] ?? 'row'
  return {
    'identifiers in Base64 and hexadecimal': make(
      () =>
        `Look up ${bytes(18).toString('base64')} and ${bytes(16).toString('hex')}, then ${bytes(24).toString('base64url')}.`,
    ),
    'tables in Markdown': make(
      () =>
        `| ${name()} | ${name()} | share |\n|---|:--:|---|\n${Array.from({ length: 4 }, () => `| **${name()}** | ${number(900)} | ${number(100)}.${number(9)} % |`).join('\n')}\nSum this up.`,
    ),
    'lines of code': make(() => {
      const [first, second] = [name(), name()]
      return `Why does this fail? const ${first} = ${second}.filter(({ id }) => id !== ${number(99)}).map((x) => \`\${x.${name()}}[\${i++}]\`); if (!${first}?.length) { return /^(?:\\d{${number(9)}}|[a-z]+)$/.test(${second}["${name()}"]) }`
    }),
    'lines of logs': make(
      () =>
        `[2026-11-${10 + number(18)}T${10 + number(13)}:0${number(9)}:00Z] ERROR ${name()}Service#${name()}(): java.lang.NullPointerException@${bytes(4).toString('hex')} {"${name()}":${number(999)},"ok":false} -- retry=${number(9)}`,
    ),
    'formulas in LaTeX': make(
      () =>
        `Solve $$\\sum_{i=${number(9)}}^{n} \\frac{x_i^{${number(9)}}}{\\sqrt{1+\\alpha_{${number(9)}}}} \\le \\int_0^{${number(9)}} f(t)\\,dt$$ and \\(a_{ij}\\).`,
    ),
    'commands and paths': make(
      () =>
        `find /srv/${name()} -name "*.{js,ts}" -print0 | xargs -0 sed -i 's#${name()}/\\([a-z]*\\)#${name()}_\\1#g' && echo "\${${name().toUpperCase()}:-none}"`,
    ),
  }
}
