/** Personal data: by kind on templates that nobody looked at, on sentences in several languages, and what is flagged by mistake. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import pii from '../../src/catalog/detectors/pii.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'
import { type EvaluationTable, readJsonLines, shareText } from './evaluation.ts'
import { nearMisses, templates } from './pii/templates.ts'
import { type Random, random, values } from './pii/values.ts'

const detect = pii.create({})
/** What the preset `balanced` acts on. */
const threshold = 0.5
const perTemplate = 20

interface Place {
  readonly rule: string
  readonly start: number
  readonly end: number
}
interface Labelled {
  readonly text: string
  readonly places: readonly Place[]
  /** Where a finding of the rule is no mistake, and none is no miss. */
  readonly ignored: readonly Place[]
}

export async function evaluate(dataFolder: string): Promise<EvaluationTable[]> {
  return [await ofPresidio(dataFolder), await ofTemplates(), await ofNearMisses(dataFolder)]
}

async function ofPresidio(dataFolder: string): Promise<EvaluationTable> {
  const samples = Sample.array().parse(
    JSON.parse(readFileSync(join(dataFolder, 'pii/presidio_generated_large.json'), 'utf8')),
  )
  const judged = samples.filter(({ template_id }) => isJudged(template_id)).map(labelled)
  return {
    title: 'Personal data: templates never looked at',
    about:
      'presidio-research, generated: 127 templates, of which one half (by a hash of the template) was looked at and the other judges; ' +
      'names and streets of both halves come from the same generator. A label is found when findings of its rule cover half of it; ' +
      'a finding is right when labels cover half of it. Parts of one address are one label. A finding of a rule that the set does not label is not counted.',
    columns: ['rule', 'labels', 'found (recall)', 'right (precision)', 'F2'],
    rows: await rowsOf(judged),
  }
}

async function ofTemplates(): Promise<EvaluationTable> {
  const judged = templates.filter((_, place) => place % 2 === 1)
  return {
    title: 'Personal data: sentences in several languages',
    about: `${judged.length} templates of our own that were not looked at, each with ${perTemplate} random values that are well formed.`,
    columns: ['rule', 'labels', 'found (recall)', 'right (precision)', 'F2'],
    rows: await rowsOf(filledTemplates(judged, 7)),
  }
}

/** Also for looking at: the other half of the templates. */
export function filledTemplates(of: readonly string[], seed: number): readonly Labelled[] {
  const from = random(seed)
  return of.flatMap((template) => Array.from({ length: perTemplate }, () => filledIn(template, from)))
}

function filledIn(template: string, from: Random): Labelled {
  const places: Place[] = []
  let text = ''
  let last = 0
  for (const match of template.matchAll(/\{([a-z\d-]+)\}/g)) {
    const kind = match[1] ?? ''
    text += template.slice(last, match.index)
    const value = values[kind]?.(from) ?? ''
    places.push({ rule: kind === 'amex' ? 'card' : kind, start: text.length, end: text.length + value.length })
    text += value
    last = match.index + match[0].length
  }
  return { text: text + template.slice(last), places, ignored: [] }
}

async function ofNearMisses(dataFolder: string): Promise<EvaluationTable> {
  const from = random(11)
  const made = nearMisses.flatMap((template) => Array.from({ length: perTemplate }, () => filledMiss(template, from)))
  const rows: (string | number)[][] = [await alarmsOf('near misses of our own (orders, versions, hashes, times)', made)]
  const benign = readJsonLines<{ text: string; source: string }>(join(dataFolder, 'injection/benign.jsonl'))
  for (const source of [
    'CLINC150',
    'HaluEval:general_query',
    'PurpleLlama:instruct',
    'PurpleLlama:mitre_frr',
    'PlexPt:prompts-zh',
    'BIPIA-code-train',
  ]) {
    rows.push(
      await alarmsOf(
        source,
        benign.filter((row) => row.source === source).map(({ text }) => text),
      ),
    )
  }
  return {
    title: 'Personal data: what is flagged in texts without labels',
    about:
      'Share of texts with a finding of 0.5 or more. Queries of HaluEval and CLINC150 do have names, most of them invented or of public persons; so these are upper limits.',
    columns: ['texts', 'count', 'with a finding but names', 'with a name'],
    rows,
  }
}

function filledMiss(template: string, from: Random): string {
  return template.replace(/[#%](?!%*;)/g, (sign) => (sign === '#' ? from.digits(1) : from.below(16).toString(16)))
}

async function alarmsOf(title: string, texts: readonly string[]): Promise<(string | number)[]> {
  let others = 0
  let names = 0
  for (const text of texts) {
    const rules = (await find(text)).map(({ rule }) => rule)
    if (rules.includes('person-name')) names++
    if (rules.some((rule) => rule !== 'person-name')) others++
  }
  return [title, texts.length, shareText(others, texts.length), shareText(names, texts.length)]
}

async function find(text: string): Promise<readonly Place[]> {
  const findings = await detect(inspectedText(text), { point: 'input' })
  return findings
    .filter(({ score }) => score >= threshold)
    .map(({ rule, span }) => ({ rule: rule.startsWith('ipv') ? 'ip' : rule, ...span }))
}

async function rowsOf(samples: readonly Labelled[]): Promise<(string | number)[][]> {
  const counts = new Map<string, { labels: number; found: number; findings: number; right: number }>()
  const countOf = (rule: string) => {
    const count = counts.get(rule) ?? { labels: 0, found: 0, findings: 0, right: 0 }
    counts.set(rule, count)
    return count
  }
  for (const { text, places: written, ignored } of samples) {
    const places = written.map((place) => ({ ...place, rule: place.rule.startsWith('ipv') ? 'ip' : place.rule }))
    const found = await find(text)
    for (const place of places) {
      const count = countOf(place.rule)
      count.labels++
      if (isCovered(place, found)) count.found++
    }
    for (const one of found) {
      const count = countOf(one.rule)
      count.findings++
      if (isCovered(one, [...places, ...ignored])) count.right++
    }
  }
  const labelledRules = [...counts].filter(([, { labels }]) => labels > 0)
  const isProse = (rule: string) => rule === 'person-name' || rule === 'address'
  const sumOf = (isIn: (rule: string) => boolean) =>
    labelledRules
      .filter(([rule]) => isIn(rule))
      .reduce(
        (all, [, one]) => ({
          labels: all.labels + one.labels,
          found: all.found + one.found,
          findings: all.findings + one.findings,
          right: all.right + one.right,
        }),
        { labels: 0, found: 0, findings: 0, right: 0 },
      )
  const sums = [
    ['all but names and addresses', sumOf((rule) => !isProse(rule))],
    ['names and addresses', sumOf(isProse)],
  ] as const
  return [...labelledRules.sort(([a], [b]) => a.localeCompare(b)), ...sums.filter(([, { labels }]) => labels > 0)].map(
    ([rule, { labels, found, findings, right }]) => {
      const [recall, precision] = [found / labels, findings === 0 ? 0 : right / findings]
      const f2 = recall + precision === 0 ? 0 : (5 * precision * recall) / (4 * precision + recall)
      return [rule, labels, shareText(found, labels), shareText(right, findings), f2.toFixed(3)]
    },
  )
}

function isCovered(place: Place, by: readonly Place[]): boolean {
  let covered = 0
  for (const { rule, start, end } of by) {
    if (rule === place.rule) covered += Math.max(0, Math.min(end, place.end) - Math.max(start, place.start))
  }
  return covered * 2 >= place.end - place.start
}

const Sample = z.object({
  full_text: z.string(),
  template_id: z.number(),
  spans: z.array(
    z.object({
      entity_type: z.string(),
      entity_value: z.string(),
      start_position: z.number(),
      end_position: z.number(),
    }),
  ),
})

const ruleOf: Readonly<Record<string, string>> = {
  PERSON: 'person-name',
  ADDRESS: 'address',
  CREDIT_CARD: 'card',
  PHONE_NUMBER: 'phone',
  EMAIL_ADDRESS: 'email',
  IBAN_CODE: 'iban',
  US_SSN: 'us-ssn',
  IP_ADDRESS: 'ip',
  US_DRIVER_LICENSE: 'driver-licence',
}

/** The half that judges: a hash of the template, so that what is like another is not always beside it. */
function isJudged(template: number): boolean {
  return ((Math.imul(template, 2654435761) >>> 16) & 1) === 1
}

function labelled({ full_text, spans }: z.infer<typeof Sample>): Labelled {
  const all = spans
    .filter(({ entity_value }) => !/^(?:mr|mrs|ms|dr|miss)\.?$/i.test(entity_value))
    .map((span) => ({ type: span.entity_type, start: span.start_position, end: span.end_position }))
  const places = all.flatMap(({ type, start, end }) => {
    const rule = ruleOf[type]
    return rule === undefined || rule === 'address' ? [] : [{ rule, start, end }]
  })
  const merged: { start: number; end: number; isAddress: boolean }[] = []
  for (const { type, start, end } of all
    .filter((one) => one.type === 'ADDRESS' || one.type === 'LOCATION')
    .sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && /^[\s,.]{0,4}$/.test(full_text.slice(last.end, start))) {
      last.end = end
      last.isAddress ||= type === 'ADDRESS'
    } else merged.push({ start, end, isAddress: type === 'ADDRESS' })
  }
  const asPlace = ({ start, end }: { start: number; end: number }) => ({ rule: 'address', start, end })
  return {
    text: full_text,
    places: [...places, ...merged.filter(({ isAddress }) => isAddress).map(asPlace)],
    ignored: merged.filter(({ isAddress }) => !isAddress).map(asPlace),
  }
}
