import { join } from 'node:path'
import databaseSafety from '../../src/catalog/detectors/database-safety.ts'
import harmfulContent from '../../src/catalog/detectors/harmful-content.ts'
import htmlInjection from '../../src/catalog/detectors/html-injection.ts'
import maliciousUrl from '../../src/catalog/detectors/malicious-url.ts'
import unsafeCode from '../../src/catalog/detectors/unsafe-code.ts'
import type { Detect } from '../../src/core/inspection/detection.ts'
import { inspectedText } from '../../src/core/inspection/inspected-text.ts'
import { type EvaluationTable, readJsonLines, shareText } from './evaluation.ts'

const detectors: readonly (readonly [id: string, detect: Detect])[] = [
  ['malicious-url', maliciousUrl.create({ blockLists: [], trustedHosts: [] })],
  ['unsafe-code', unsafeCode.create({ insecurePatterns: true })],
  ['html-injection', htmlInjection.create({ insideCode: false })],
  ['database-safety', databaseSafety.create({})],
  ['harmful-content', harmfulContent.create(harmfulContent.settings.parse({}))],
]

/** How often the detectors of unsafe output speak up on ordinary texts. */
export async function evaluate(dataFolder: string): Promise<EvaluationTable> {
  const texts = readJsonLines<{ text: string; source: string }>(join(dataFolder, 'injection', 'benign.jsonl'))
  const rows: string[][] = []
  for (const [source, of] of Map.groupBy(texts, (row) => row.source)) {
    const cells: string[] = []
    for (const [, detect] of detectors) {
      let alarms = 0
      for (const { text } of of) {
        const findings = await detect(inspectedText(text), { point: 'output' })
        if (findings.some(({ score }) => score >= 0.5)) alarms++
      }
      cells.push(shareText(alarms, of.length))
    }
    rows.push([source, String(of.length), ...cells])
  }
  return {
    title: 'Unsafe output: false alarms on ordinary texts',
    about:
      'Texts with a finding of 0.5 or more. The rules were looked over against these sources, so that new ones may have more. How much is caught is not measured here, but of `harmful-content` in its own tables: there is no labelled data, and templates of our own would only show that rules find what they were written for; each detector has its examples.',
    columns: ['source', 'texts', ...detectors.map(([id]) => id)],
    rows,
  }
}
