import { join } from 'node:path'
import { sentencesOf } from '../../src/catalog/detectors/groundedness/facts.ts'
import detector from '../../src/catalog/detectors/groundedness.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'
import { areaUnderCurve, type EvaluationTable, readJsonLines, shareText } from './evaluation.ts'

interface Row {
  readonly text: string
  readonly source: string
  readonly kind: string
}

type Change = (sentence: string, other: string) => string | undefined

/** Pairs of documents and sentences: true ones in other words, and the same with one thing changed. */
export async function evaluate(dataFolder: string): Promise<EvaluationTable> {
  const documents = readJsonLines<Row>(join(dataFolder, 'injection', 'benign.jsonl'))
    .filter(
      ({ text, source }) =>
        /^(?:XQuAD|HaluEval:general_response|BIPIA-email-train)$/.test(source) && isEnglish(text) && text.length > 300,
    )
    .slice(0, 1200)
  const detect = detector.create({ minScore: 0 })
  const scoreOf = async (text: string, source: string): Promise<number> => {
    const findings = await detect(inspectedText(text), {
      point: 'output',
      conversation: { instructions: [], sources: [source] },
    })
    return Math.max(0, ...findings.map(({ score }) => score))
  }
  const rows: (string | number)[][] = []
  for (const [name, change] of changes) {
    for (const source of ['XQuAD', 'HaluEval:general_response', 'BIPIA-email-train']) {
      const good: number[] = []
      const bad: number[] = []
      const texts = documents.filter((row) => row.source === source).map(({ text }) => text)
      for (const [index, text] of texts.entries()) {
        const other = texts[(index + 7) % texts.length] ?? ''
        const claims = sentencesOf(text)
          .filter(({ stems, text: one }) => stems.length >= 5 && /[.!]$/.test(one))
          .slice(0, 4)
        for (const claim of claims) {
          const reworded = inOtherWords(claim.text)
          const changed = change(reworded, other)
          if (changed === undefined || changed === reworded || other === text) continue
          good.push(await scoreOf(reworded, text))
          bad.push(await scoreOf(changed, text))
        }
      }
      if (good.length < 20) continue
      const caught = bad.filter((score) => score >= 0.5).length
      const alarms = good.filter((score) => score >= 0.5).length
      rows.push([
        name,
        source,
        good.length,
        areaUnderCurve(bad, good).toFixed(3),
        shareText(caught, bad.length),
        shareText(alarms, good.length),
      ])
    }
  }
  return {
    title: 'Groundedness: sentences with one thing changed',
    about:
      'Each sentence of a document is put in other words by rule (words between left out, synonyms, the order of two halves changed); that is the true one. The false one differs in one number, one name, a negation, or is a sentence of another document. Rules and weights were written without these documents. The rewording is mechanical, and answers of models differ more from their sources. HaluEval itself cannot be used: its labels are about answers without documents, of what the world knows.',
    columns: ['change', 'documents of', 'pairs', 'AUC', 'caught at 0.5', 'false alarms at 0.5'],
    rows,
  }
}

const changes: readonly (readonly [string, Change])[] = [
  [
    'a number',
    (sentence) => changed(sentence, /\b\d[\d,]*\b/, (number) => String(Number(number.replaceAll(',', '')) + 3)),
  ],
  [
    'a name',
    (sentence) => changed(sentence, /(?<=[a-z,] )[A-Z][a-z]{3,}/, (name) => names[name.length % names.length] ?? name),
  ],
  [
    'a negation',
    (sentence) => changed(sentence, /\b(?:is|was|are|were|can|will|has)\b(?! not)/, (verb) => `${verb} not`),
  ],
  ['a sentence of another document', (_, other) => sentencesOf(other).find(({ stems }) => stems.length >= 5)?.text],
]
const names = ['Kowalski', 'Brisbane', 'Hartmann', 'Okafor', 'Valparaiso']
const synonyms: Readonly<Record<string, string>> = {
  began: 'started',
  large: 'big',
  many: 'numerous',
  shows: 'displays',
  help: 'assist',
  important: 'significant',
  used: 'employed',
  also: 'additionally',
  because: 'since',
}

function changed(sentence: string, pattern: RegExp, by: (found: string) => string): string | undefined {
  return pattern.test(sentence) ? sentence.replace(pattern, by) : undefined
}

function inOtherWords(sentence: string): string {
  const plain = sentence
    .replaceAll(/\b(?:very|quite|really|just|the same|however),? /gi, '')
    .replaceAll(/\b(?:began|large|many|shows|help|important|used|also|because)\b/g, (word) => synonyms[word] ?? word)
  const halves = /^([A-Z][^,]{10,}), ([^,]{10,})\.$/.exec(plain)
  return halves === null ? plain : `${halves[2]}, ${halves[1]}.`
}

function isEnglish(text: string): boolean {
  return /^[\0-\x7f‘’“”–—\ufeff]*$/.test(text) && / the /.test(text)
}
