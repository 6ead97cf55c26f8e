import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sqlReader } from '../../src/catalog/detectors/database-safety/sql-tokens.ts'
import detector from '../../src/catalog/detectors/database-safety.ts'
import type { Finding, InspectionPoint } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'

const detect = detector.create({})
const plain = (text: string) => ({
  text,
  views: [{ kind: 'original' as const, text, spanOf: (start: number, end: number) => ({ start, end }) }],
})

async function found(text: string, point: InspectionPoint = 'tool-call'): Promise<readonly Finding[]> {
  return await detect(plain(text), { point })
}

test.each([
  'select ',
  'select a from b ',
  'select a, ',
  'select (',
  '(',
  "'",
  "' or ",
  "' or 1",
  '"',
  '`',
  '[',
  '/*',
  '/**/',
  '--',
  '#',
  '1=1 ',
  "''",
  "\\'",
  'with a as (',
  'union ',
  "' union select ",
  'delete from ',
  '"delete from a where ""',
  'drop table ',
  'drop table a;',
  'update a ',
  'update a set b = 1 ',
  'copy a ',
  'copy a (',
  'grant a ',
  'grant select on a to b ',
  'insert into ',
  'create table ',
  "'; ",
  "';",
  '{"$ne',
  '"password": {"$ne": ',
  'db.a.',
  'db.a.find(',
  'deleteMany({',
  ' ',
  '\n',
  'a ',
  'sleep(',
  'or 1=1 ',
  '*)(',
  'delete /',
  'redis-cli ',
  'null,',
  "execute 'delete ",
  "exec('exec(",
  'with x as (',
  'copy into @a (',
  '.',
  '$',
  '{{',
  '@',
  '0x',
])(
  '%j many times over is read in bounded time',
  async (unit) => {
    const text = `union sleep( "$ne" db.a.find( flushall *)( xp_cmdshell having order by ${unit.repeat(200_000 / unit.length)}`
    for (const { span } of await found(text)) expect(span.end - span.start).toBeLessThanOrEqual(detector.maxSpan)
  },
  30_000,
)

test.each([
  ['in other case and with comments', 'sElEcT/**/1;dRoP/*x*/tAbLe/**/users', 'sql-destructive'],
  ['behind many harmless ones', `${'SELECT 1;\n'.repeat(5000)}DROP TABLE users`, 'sql-destructive'],
  ['behind another on one line', 'SELECT a FROM b; DELETE FROM users;', 'sql-destructive'],
  ['in JSON', '{"sql":"DELETE FROM users","limit":10}', 'sql-destructive'],
  ['in JSON with escapes', '{"sql":"DELETE\\nFROM users"}', 'sql-destructive'],
  ['with a WHERE that holds', 'DELETE FROM users WHERE 1 = 1', 'sql-destructive'],
  ['with a WHERE that holds by OR', "DELETE FROM users WHERE id = 1 OR 'x' = 'x'", 'sql-destructive'],
  ['with WHERE in a string', "UPDATE users SET note = 'where'", 'sql-destructive'],
  ['with WHERE in a comment', 'DELETE FROM users -- WHERE id = 1', 'sql-destructive'],
  ['with WHERE in another query', 'UPDATE users SET n = (SELECT 1 FROM t WHERE id = 1)', 'sql-destructive'],
  ['in a common table expression', 'WITH gone AS (DELETE FROM a RETURNING *) DELETE FROM b', 'sql-destructive'],
  ['with a name in quotes', 'DROP TABLE "my users"', 'sql-destructive'],
  ['with a name in brackets', 'DROP TABLE [dbo].[users]', 'sql-destructive'],
  ['as base64', Buffer.from('DROP TABLE users; DROP TABLE orders;').toString('base64'), 'sql-destructive'],
])('a destructive statement %s is found', async (_, text, rule) => {
  const findings = await detect(inspectedText(text), { point: 'tool-call' })
  const scores = findings.filter((finding) => finding.rule === rule).map(({ score }) => score)
  expect(Math.max(0, ...scores)).toBeGreaterThanOrEqual(0.6)
})

test('a statement with a WHERE of its own is a write', async () => {
  const rules = async (text: string) => (await found(text)).map(({ rule }) => rule)
  expect(await rules('DELETE FROM users WHERE id = 1')).toEqual(['sql-write'])
  expect(await rules("UPDATE users SET a = 'x;y' WHERE id IN (1, 2)")).toEqual(['sql-write'])
})

test('tokens come in order, within bounds, for any text', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('a', ' ', "'", '"', '-', '/', '*', ';', '1', '(', '\n', '\\', '[', '{'),
        maxLength: 60,
      }),
      (text) => {
        let at = 0
        for (const { start, end } of sqlReader(text)(0)) {
          expect(start).toBeGreaterThanOrEqual(at)
          expect(end).toBeGreaterThan(start)
          at = end
        }
      },
    ),
  )
})

test('what a stream lets go holds the beginning of no later finding', async () => {
  const pieces = fc.constantFrom(
    'DROP TABLE users',
    ' CASCADE',
    ';',
    '\n',
    '\n\n',
    "' OR '1'='1",
    'SELECT a\nFROM b',
    ' WHERE a = 1',
    'WITH a AS (',
    'DELETE\n\nFROM t',
    ' \n ',
    'words here. ',
    'DELETE FROM t',
    '-- c\n',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), fc.nat(160), async (parts, at) => {
      const text = parts.join('')
      const cut = Math.min(at, text.length)
      const open = detector.openFrom?.(text.slice(0, cut)) ?? 0
      for (const { span } of await found(text)) {
        if (span.start < cut && span.end > cut) expect(span.start).toBeGreaterThanOrEqual(open)
      }
    }),
    { numRuns: 500 },
  )
})
