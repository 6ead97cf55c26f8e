import secrets from '../../src/catalog/detectors/secrets.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'
import { createRandom, type Random } from '../random.ts'
import { type Evaluate, type EvaluationTable, readJsonLines, shareText } from './evaluation.ts'
import { nearMisses } from './secrets/near-misses.ts'
import { positives } from './secrets/positives.ts'

const rounds = 40

export const evaluate: Evaluate = async (dataFolder) => {
  const detect = secrets.create({})
  const find = async (text: string) => await detect(inspectedText(text), { point: 'input' })
  return [await recall(find), await precision(find), await alarms(find, dataFolder)]
}

type Find = (text: string) => Promise<readonly { readonly span: { readonly start: number; readonly end: number } }[]>

async function recall(find: Find): Promise<EvaluationTable> {
  const rows: (readonly (string | number)[])[] = []
  let [allFound, allTotal] = [0, 0]
  for (const [kind, make] of Object.entries(positives)) {
    const { total, found } = await count(kind, make, async ({ text, secret }) => {
      const start = text.indexOf(secret)
      const findings = await find(text)
      return findings.some(({ span }) => span.start <= start && span.end >= start + secret.length)
    })
    rows.push([kind, total, shareText(found, total)])
    allFound += found
    allTotal += total
  }
  return {
    title: 'Secrets that are found',
    about:
      'Secrets drawn from the grammar of their format or as people make passwords, in surroundings written by hand. Found: one finding covers all of it. The formats are those that the detector knows, so this says how it copes with surroundings, not with formats of vendors that it has never heard of. The surroundings were looked at while the rules were made: expect less on texts of others. Passwords in free sentences, without a word for password close by, are the weakest.',
    columns: ['what', 'texts', 'found'],
    rows: [...rows, ['all', allTotal, shareText(allFound, allTotal)]],
  }
}

async function precision(find: Find): Promise<EvaluationTable> {
  const rows: (readonly (string | number)[])[] = []
  let [allFound, allTotal] = [0, 0]
  for (const [kind, make] of Object.entries(nearMisses)) {
    const { total, found } = await count(kind, make, async (text) => (await find(text)).length > 0)
    rows.push([kind, total, shareText(found, total)])
    allFound += found
    allTotal += total
  }
  return {
    title: 'What is no secret and looks like one',
    about:
      'Stand-ins, look-ups, identifiers, hashes and sentences about passwords, written by hand with drawn values, and looked at while the rules were made. Flagged is wrong here.',
    columns: ['what', 'texts', 'flagged'],
    rows: [...rows, ['all', allTotal, shareText(allFound, allTotal)]],
  }
}

async function alarms(find: Find, dataFolder: string): Promise<EvaluationTable> {
  const texts = readJsonLines<{ text: string; source: string }>(`${dataFolder}/injection/benign.jsonl`)
  const rows: (readonly (string | number)[])[] = []
  for (const [source, own] of Map.groupBy(texts, (row) => row.source)) {
    let flagged = 0
    for (const { text } of own) if ((await find(text)).length > 0) flagged += 1
    rows.push([source, own.length, shareText(flagged, own.length)])
  }
  return {
    title: 'Secrets in ordinary texts',
    about:
      'Public questions, answers, documents and system prompts, none of which was written to hold a secret. A few do: examples of passwords in answers.',
    columns: ['source', 'texts', 'flagged'],
    rows,
  }
}

async function count<Sample>(
  kind: string,
  make: (random: Random) => readonly Sample[],
  isFound: (sample: Sample) => Promise<boolean>,
) {
  const random = createRandom(kind)
  let [found, total] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    for (const sample of make(random)) {
      total += 1
      const was = await isFound(sample)
      if (was) found += 1
      if (process.env['SHOW'] === String(was)) console.error(kind, JSON.stringify(sample).slice(0, 300))
    }
  }
  return { found, total }
}
