/** What the prompt-injection model learns from: texts made here, and public ones of `shared/data`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, type Random } from '../random.ts'
import { allLanguages } from './all-languages.ts'
import { documentGrammar, documentKinds } from './benign-documents.ts'
import { mailGrammar, mailKinds } from './benign-mails.ts'
import { benignGrammar, benignKinds } from './benign-prompts.ts'
import { roleGrammar, roleKinds } from './benign-roles.ts'
import { talkGrammar, talkKinds } from './benign-talk.ts'
import { directGrammar, directKinds } from './direct-attacks.ts'
import { extractionGrammar, extractionKinds } from './extraction-attacks.ts'
import { expand, type Grammar, pick } from './grammar.ts'
import { indirectGrammar, indirectKinds } from './indirect-attacks.ts'
import { jailbreakGrammar, jailbreakKinds } from './jailbreak-attacks.ts'
import { longBenignGrammar, longBenignKinds } from './long-benign.ts'
import { personaGrammar, personaKinds } from './persona-attacks.ts'
import { quotedGrammar, quotedKinds } from './quoted-attacks.ts'

/** Where a text stands: what a user writes, or what is read on the way. */
export type Channel = 'prompt' | 'document'

export interface Sample {
  readonly text: string
  readonly isAttack: boolean
  readonly source: string
  readonly channel: Channel
  /** Where the attack stands in a document, if not everywhere. */
  readonly attack?: { readonly start: number; readonly end: number }
}

export interface Row {
  readonly text: string
  readonly label: 0 | 1
  readonly kind: string
  readonly source: string
  readonly channel: string
}

type Kinds = Readonly<Record<string, { readonly start: string; readonly share: number }>>

export function readRows(dataFolder: string, name: string): readonly Row[] {
  return readFileSync(join(dataFolder, 'injection', `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}

/** Texts from templates. */
export function madeSamples(count: number, seed: string): readonly Sample[] {
  const random = createRandom(seed)
  const made: Sample[] = []
  const add = (
    kinds: Kinds,
    grammar: Grammar,
    prefix: string,
    isAttack: boolean,
    channel: Channel,
    share: number,
  ): void => {
    const total = Object.values(kinds).reduce((sum, kind) => sum + kind.share, 0)
    for (const [name, kind] of Object.entries(kinds)) {
      const wanted = Math.round((count * share * kind.share) / total)
      for (let index = 0; index < wanted; index++) {
        const text = cased(expand(kind.start, grammar, random), random)
        made.push({ text, isAttack, source: `${prefix}:${name}`, channel })
      }
    }
  }
  add(directKinds, directGrammar, 'direct', true, 'prompt', 1)
  add(jailbreakKinds, jailbreakGrammar, 'jailbreak', true, 'prompt', 0.35)
  add(extractionKinds, extractionGrammar, 'extraction', true, 'prompt', 0.25)
  add(quotedKinds.prompt, quotedGrammar, 'quoted', false, 'prompt', 0.08)
  add(quotedKinds.document, quotedGrammar, 'quoted', false, 'document', 0.03)
  add(benignKinds, benignGrammar, 'benign', false, 'prompt', 1)
  add(documentKinds, documentGrammar, 'document', false, 'document', 0.8)
  add(mailKinds, mailGrammar, 'mail', false, 'document', 0.3)
  for (const [code, phrases] of Object.entries(allLanguages)) {
    const wanted = Math.round(count / 150)
    for (let index = 0; index < wanted; index++) {
      const end = (): string => pick(['.', '.', '!', ''], random)
      const joint = (): string => pick([', ', '. ', '! ', ' - ', '\n'], random)
      const shape = random.next()
      const text =
        shape < 0.5
          ? pick(phrases.override, random) + joint() + pick(phrases.aim, random) + end()
          : shape < 0.65
            ? pick(phrases.override, random) + end()
            : shape < 0.75
              ? pick(phrases.aim, random) + end()
              : pick(phrases.role, random) + joint() + pick([...phrases.aim, ...phrases.override], random) + end()
      made.push({
        text: random.next() < 0.2 ? pick(phrases.benign, random) + joint() + text : text,
        isAttack: true,
        source: `language:${code}`,
        channel: 'prompt',
      })
      made.push({
        text: `${pick(phrases.benign, random)}${end()} ${random.next() < 0.4 ? pick(phrases.benign, random) : ''}`,
        isAttack: false,
        source: `benign-language:${code}`,
        channel: 'prompt',
      })
      made.push({
        text: inDocument(
          pick([...phrases.embedded, ...phrases.embedded, ...phrases.override], random) + end(),
          phrases.benign.join('. '),
          random,
        ),
        isAttack: true,
        source: `document-language:${code}`,
        channel: 'document',
      })
    }
  }
  add(personaKinds, personaGrammar, 'persona', true, 'prompt', 0.7)
  add(longBenignKinds, longBenignGrammar, 'long', false, 'prompt', 0.22)
  add(roleKinds, roleGrammar, 'role', false, 'prompt', 0.08)
  add(talkKinds, talkGrammar, 'talk', false, 'prompt', 0.14)
  return made
}

/** Attacks put into documents: `hosts` are texts without attacks. */
export function embeddedSamples(hosts: readonly string[], count: number, seed: string): readonly Sample[] {
  const random = createRandom(seed)
  const total = Object.values(indirectKinds).reduce((sum, kind) => sum + kind.share, 0)
  return Object.entries(indirectKinds).flatMap(([name, kind]) =>
    Array.from({ length: Math.round((count * kind.share) / total) }, (): Sample => {
      const attack = cased(expand(kind.start, indirectGrammar, random), random)
      return { ...embedded(attack, hosts, random), source: `embedded:${name}` }
    }),
  )
}

function embedded(attack: string, hosts: readonly string[], random: Random): Omit<Sample, 'source'> {
  const shape = random.next()
  if (shape < 0.3) return { text: attack, isAttack: true, channel: 'document' }
  const host =
    shape < 0.5 ? expand('{doc}', documentGrammar, random) : shape < 0.62 ? '' : pick(hosts, random).slice(0, 1500)
  const { text, start } = host === '' ? wrapped(attack, random) : placed(attack, host, random)
  return { text, isAttack: true, channel: 'document', attack: { start, end: start + attack.length } }
}

function inDocument(attack: string, host: string, random: Random): string {
  return random.next() < 0.5 ? attack : placed(attack, host, random).text
}

/** At the beginning, at the end or between two lines or sentences. */
export function placed(
  attack: string,
  host: string,
  random: Random,
): { readonly text: string; readonly start: number } {
  const gaps = [
    0,
    host.length,
    ...Array.from(host.matchAll(/\n+|(?<=[.!?])\s/g), ({ index, 0: gap }) => index + gap.length),
  ]
  const at = random.next() < 0.5 ? pick([0, host.length], random) : pick(gaps, random)
  const before = host.slice(0, at)
  const gap = pick(['\n', '\n\n', ' ', '\n'], random)
  const start = before === '' ? 0 : before.length + gap.length
  return {
    text: `${before === '' ? '' : before + gap}${attack}${at === host.length ? '' : gap}${host.slice(at)}`,
    start,
  }
}

const wrappers = [
  '{"status":"ok","items":[{"id":17,"title":"Weekly notes","body":"§"}]}',
  "{'result': [{'author': 'bob', 'date': '2023-05-14', 'content': '§'}]}",
  'From: x9@mail.com\nTo: me\nSubject: Update\n\n§\n',
  'id: 12\nsender: ops@example.org\nbody: §\nread: false',
  '<div class="review"><p>§</p></div>',
  '| 7 | bob | § |',
  '"note": "§"',
  '# Title\n\n§\n',
  '<!-- § -->',
  '// §\nfunction add(a, b) { return a + b }',
  '# §\ndef run():\n    pass',
  '<span style="display:none">§</span>',
  'Results (1 of 1): §',
  '<img src="a.png" alt="§">',
  '{"name":"add","description":"Adds two numbers. §"}',
  '[{"type":"text","text":"§"}]',
  'Title: Hello\nDescription: §\nLocation: Room 4',
  '> §',
  '* Great product!\n* §\n* Fast delivery.',
]

/** Around texts with and without attacks alike, so that the wrapping says nothing. */
export function wrapped(text: string, random: Random): { readonly text: string; readonly start: number } {
  const wrapper = pick(wrappers, random)
  const start = wrapper.indexOf('§')
  return { text: wrapper.slice(0, start) + text + wrapper.slice(start + 1), start }
}

function cased(text: string, random: Random): string {
  const chance = random.next()
  if (chance < 0.04) return text.toUpperCase()
  return chance < 0.2 ? text.toLowerCase() : text
}

/** A user's request with a document that holds an attack on the model: what is plainly one, not any request. */
export function pastedSamples(hosts: readonly string[], count: number, seed: string): readonly Sample[] {
  const random = createRandom(seed)
  return Array.from({ length: Math.round(count) }, (): Sample => {
    const attack = cased(
      expand(
        pick(['{direct}', '{override}[. |. Instead, | and ]{action}.{hide}', '{important}', '{tooldef}'], random),
        indirectGrammar,
        random,
      ),
      random,
    )
    const { text, start } = placed(attack, pick(hosts, random).slice(0, 1200), random)
    const request = requestOf(random)
    const from = request.length + start
    return {
      text: request + text,
      isAttack: true,
      source: 'pasted',
      channel: 'prompt',
      attack: { start: from, end: from + attack.length },
    }
  })
}

/** A user's request with a document that holds no attack. */
export function harmlessPastedSamples(hosts: readonly string[], count: number, seed: string): readonly Sample[] {
  const random = createRandom(seed)
  return Array.from({ length: Math.round(count) }, (): Sample => {
    const isMail = random.next() < 0.6
    const document = isMail ? expand('{mail}', mailGrammar, random) : pick(hosts, random).slice(0, 1200)
    return {
      text: requestOf(random) + document,
      isAttack: false,
      source: isMail ? 'pasted-mail' : 'pasted-document',
      channel: 'prompt',
    }
  })
}

function requestOf(random: Random): string {
  return expand(
    pick(['{task}', 'Summarize this page:\n\n', 'What does this mail say?\n\n', ''], random),
    indirectGrammar,
    random,
  )
}
