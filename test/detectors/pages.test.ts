/** The page of a detector says what it may be told, and its example can be used as it stands. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { settingRows } from '../../scripts/detector-settings.ts'
import { detectors } from '../../src/catalog/detectors.generated.ts'
import { modelCatalogue } from '../../src/catalog/models/model-facts.ts'
import { ConfigError, checkedConfig } from '../../src/server/checked-config.ts'

const models = modelCatalogue()
const faults = (text: string): readonly string[] => {
  try {
    checkedConfig(text, {}, models)
    return []
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault
    return fault.faults.map(({ message }) => message)
  }
}

describe.each(Object.values(detectors))('$id', (detector) => {
  it('says what each of its settings means', async () => {
    const page = await readFile(`docs/detectors/${detector.id}.md`, 'utf8')
    for (const { name, meaning } of settingRows(detector)) {
      expect(meaning, name).toMatch(/\.$/)
      expect(page).toContain(`| \`${name}\` |`)
    }
  })

  it('has an example that is a configuration', async () => {
    const page = await readFile(`docs/detectors/${detector.id}.md`, 'utf8')
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
    expect(example).toContain(`detector: ${detector.id}`)
    // Files that it names are not there, nor is what they would hold.
    const isOfFile = /\bfile|folder|`settings.fingerprints`/
    expect(faults(example).filter((message) => !isOfFile.test(message))).toEqual([])
  })
})
