import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../bench/random.ts'
import { dataDirectory, type Failure, readFailures, readMtBench, readPairs } from '../bench/routing-data.ts'
import { trainOn } from '../bench/train-difficulty.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-routing-'))
  await mkdir(join(directory, 'groundedness'))
  await mkdir(join(directory, 'routing'))
})
afterAll(() => rm(directory, { recursive: true }))

const asked = (text: string): Failure['asked'] => ({
  text,
  earlierTexts: [],
  messages: 1,
  tools: 0,
  wantsJson: false,
  wantsReasoning: false,
})

describe('a training', () => {
  /** What has links goes wrong, what has numbers does not. */
  const random = createRandom('training')
  const failures = Array.from({ length: 600 }, (): Failure => {
    const failed = random.next() < 0.5
    const noise = random.next() < 0.2
    return { asked: asked(failed === noise ? 'Add 3 to 4 and 5' : 'Read https://example.com and www'), failed }
  })

  it('finds what goes with failures, and more of it the less it is drawn to what is expected', () => {
    const [loose, tight] = [trainOn(failures, 1), trainOn(failures, 1000)]
    expect(loose.weights.links).toBeGreaterThan(tight.weights.links)
    expect(loose.weights.numbers).toBeLessThan(tight.weights.numbers)
    expect(loose.weights.links).toBeGreaterThan(loose.weights.numbers)
  })

  it('leaves as it is expected what no prompt has', () => {
    expect(trainOn(failures, 1).weights).toMatchObject({ turns: 0.2, tools: 0.3, json: 0.2, reasoning: 0.7 })
  })

  it('gives the same each time, with scores in order', () => {
    const { hundredths } = trainOn(failures, 1)
    expect(trainOn(failures, 1).hundredths).toEqual(hundredths)
    expect(hundredths).toHaveLength(101)
    expect(hundredths.toSorted((a, b) => a - b)).toEqual(hundredths)
  })
})

describe('the data of a training', () => {
  it('that are absent are said to be, with what to do', () => {
    expect(dataDirectory(join(directory, 'nowhere'))).toEqual({
      absent: expect.stringMatching(/^There is no data in .*, so nothing can be measured\. Name with --data/),
    })
  })

  it('are read from the files of their authors', async () => {
    const rows = [
      { query: 'What is new?', hallucination: 'yes' },
      { query: 'Write a poem.', hallucination: 'no' },
    ]
    await writeFile(
      join(directory, 'groundedness/halueval_general.jsonl'),
      rows.map((row) => JSON.stringify(row)).join('\n'),
    )
    expect(readFailures(directory).map((row) => [row.asked.text, row.failed])).toEqual([
      ['What is new?', true],
      ['Write a poem.', false],
    ])
    const turns =
      '### User:\nHow many?\n\n### Assistant A:\nTwo.\n\n### User:\nAnd then?\n\n### Assistant A:\nThree,\n\nor so.'
    const prompts = [
      "[Question]\nHow many?\n\n[The Start of Assistant's Answer]\nTwo.\n[The End of Assistant's Answer]",
      `<|The Start of Reference Answer|>\n\n### User:\nHow many?\n\n### Reference answer:\n2\n\n<|The Start of Assistant A's Conversation with User|>\n\n${turns}\n\n<|The End of Assistant A's Conversation with User|>`,
    ]
    const judged = prompts.flatMap((user_prompt, index) =>
      ['gpt-4-1106-preview', 'mistralai/Mixtral-8x7B-Instruct-v0.1'].map((model, weak) => ({
        question_id: 81,
        turn: index + 1,
        model,
        user_prompt,
        score: 9 - weak,
      })),
    )
    await writeFile(
      join(directory, 'routing/mt_bench_judgements.jsonl'),
      judged.map((row) => JSON.stringify(row)).join('\n'),
    )
    expect(dataDirectory(directory)).toBe(directory)
    expect(readMtBench(directory)).toMatchObject([
      { group: '81', asked: { text: 'How many?', earlierTexts: [] }, weak: { quality: 8, characters: 4 } },
      {
        group: '81',
        asked: { text: 'And then?', earlierTexts: ['How many?'], messages: 3 },
        strong: { quality: 9, characters: 'Three,\n\nor so.'.length },
      },
    ])
  })

  it('may be a table of pairs, with quotes and lines in its fields', async () => {
    const file = join(directory, 'pairs.csv')
    await writeFile(file, 'prompt,weak,strong,more\r\n"Say ""two"",\nplease",False,True,x\r\nHello,True,True,"y\n"\r\n')
    expect(readPairs(file).map((row) => [row.asked.text, row.weak.quality, row.strong.quality])).toEqual([
      ['Say "two",\nplease', 0, 1],
      ['Hello', 1, 1],
    ])
  })
})
