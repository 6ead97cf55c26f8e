/**
 * Trains the model of the prompt-injection detector: `npm run train:injection -- --data <directory> [--write]`. The same data
 * give the same model. `--data` is the directory with `injection/*.jsonl`; docs/guides/prompt-injection.md says what is in it.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { StoredExpert, StoredModel } from '../src/catalog/detectors/prompt-injection/model.ts'
import { foldModels, readCorpus, stored, thresholdsOf, train, trainingSamples } from './injection/model-training.ts'
import type { Channel } from './injection/training-set.ts'

if (import.meta.main) main()

function main(): void {
  const { values } = parseArgs({ options: { data: { type: 'string' }, write: { type: 'boolean', default: false } } })
  if (values.data === undefined || !existsSync(join(values.data, 'injection/attacks.jsonl'))) {
    console.error('Name with --data the directory that holds injection/attacks.jsonl.')
    process.exitCode = 2
    return
  }
  const corpus = readCorpus(values.data)
  const modelOf = (channel: Channel): StoredModel => {
    const thresholds = thresholdsOf(corpus, channel, foldModels(corpus, channel))
    const samples = trainingSamples(corpus, channel, [])
    console.log(`${channel}: ${samples.length} texts, thresholds ${thresholds.map((one) => one.toFixed(3)).join(', ')}`)
    return stored(train(samples, channel), thresholds, channel)
  }
  const models = { promptModel: modelOf('prompt'), documentModel: modelOf('document') }
  if (values.write) write(models)
}

function write(models: Readonly<Record<string, StoredModel>>): void {
  const content = Object.entries(models)
    .map(([name, experts]) => `\nexport const ${name}: StoredModel = [\n${experts.map(expertText).join('')}]\n`)
    .join('')
  writeFileSync(
    new URL('../src/catalog/detectors/prompt-injection/models.generated.ts', import.meta.url),
    `// Written by bench/train-injection.ts. Do not edit.\nimport type { StoredModel } from './model.ts'\n${content}`,
  )
}

function expertText({ weights, unit, biases, loneness }: StoredExpert): string {
  return `  {
    unit: ${unit},
    biases: [${biases.join(', ')}],
    loneness: ${loneness},
    weights:
      '${weights}',
  },
`
}
