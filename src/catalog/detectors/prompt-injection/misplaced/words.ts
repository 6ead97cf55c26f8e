import { foldedWord } from '../letters.ts'
import { begins, type Tokens } from '../tokens.ts'
import { type WordClass, wordClasses } from '../word-classes.ts'
import { hashOf } from '../word-table.ts'

/** What a sentence must have for the expressions of this folder to look at it: most sentences of most texts have too little. */
export const signs = {
  /** An assistant is named. */
  name: 1,
  /** "Before you answer", "your summary". */
  answer: 2,
  /** "Silently", "do not tell the user". */
  secret: 4,
  /** In descriptions: another tool, or what a tool has no business with. */
  tool: 8,
  /** Somebody has agreed to something. */
  consent: 16,
  /** Where secrets are kept. */
  vault: 32,
  any: 63,
} as const

export interface SignedSentence {
  readonly signs: number
  /** First token, and the one behind the last. */
  readonly from: number
  readonly to: number
}

const order = 1
const answer = 2
const name = 4
const tool = 8
const consent = 16
const vault = 32

const listed: readonly (readonly [words: string, kind: number])[] = [
  [
    `codex cursor windsurf cline devin perplexity deepseek qwen cortana openai bot bots summariser assistenten l'ia all'ia dell'ia l'assistant
    l'assistente all'assistente`,
    name,
  ],
  [
    `before prior after while when whenever once upon in your first at as append do stop instead during bevor wenn sobald avant quand lorsque après antes
    cuando al prima quando ao voordat wanneer zanim gdy перед прежде когда önce قبل عند پیش לפני पहले sebelum ketika trước khi innan när než`,
    order,
  ],
  [
    `answer answering reply replying respond responding response summary summarize summarizing summarise summarising translate translating
    continue continuing proceed proceeding process processing finish finishing finished complete completing completed processed output generate generating done write writing mention asked asks review
    antwortest antwort beantwortest zusammenfasst répondre réponds résumes résumer réponse responder respondas contestar resumir resumas
    respuesta rispondere rispondi riassumi risposta resposta resuma antwoordt antwoord samenvat odpowiesz odpowiedzią ответить ответом
    ответишь відповісти yanıt cevap vermeden الرد الإجابة تجيب پاسخ עונה לענות उत्तर जवाब menjawab lời svarar odpovíš`,
    answer,
  ],
  [
    `conversation dialogue transcript history prompt instructions env environment ssh aws tokens credentials passwords keys memory messages message
    other others another first permission confirmation confirm asking files documents bcc recipient every instead silently hide curl wget gitconfig priority precedence overrides even user user's users human recommend advertise
    promote recipient recipients treat follow obey nothing without other cc each always must commands orders told prompt prompts key quiet collect include`,
    tool,
  ],
  [
    `approved preapproved agreed authorised authorized consented confirmed granted consent permission approval authorisation authorization confirmation signed
    okayed accepted genehmigt zugestimmt bestätigt approuvé accepté autorisé aprobado autorizado confirmado`,
    consent,
  ],
  [`env environment printenv ssh aws kube netrc npmrc gnupg passwd shadow credentials id_rsa id_ed25519`, vault],
]

const known = new Map<number, number>()
/** Most words are none of these: one look at a byte says so. */
const marked = new Uint8Array(1 << 13)
for (const [words, kind] of listed) {
  for (const word of words.split(/\s+/)) {
    const hash = hashOf(foldedWord(word))
    known.set(hash, (known.get(hash) ?? 0) | kind)
    marked[hash & 0x1fff] = 1
  }
}

const of = Object.fromEntries(wordClasses.map((word, index) => [word, index])) as Readonly<Record<WordClass, number>>
/** As far as "before" may be from "answer", and "not" from "the user". */
const near = 5

/** What has no end goes on in a further one. */
const longest = 48

/** Sentences with one of the signs that are asked for, in order; of all signs: the others too. */
export function signedSentences({ count, classes, hashes, flags }: Tokens, asked: number): readonly SignedSentence[] {
  const found: SignedSentence[] = []
  let from = 0
  let sum = 0
  let ordered = -near
  let negated = -near
  for (let token = 0; token <= count; token++) {
    if (token === count || ((flags[token] ?? 0) & begins) !== 0 || token - from >= longest) {
      if ((asked === signs.any && token > from) || (sum & asked) !== 0) found.push({ signs: sum, from, to: token })
      from = token
      sum = 0
    }
    const hash = hashes[token] ?? 0
    const kind = marked[hash & 0x1fff] === 0 ? 0 : (known.get(hash) ?? 0)
    if ((kind & order) !== 0) ordered = token
    if ((kind & answer) !== 0 && token - ordered <= near) sum |= signs.answer
    if ((kind & name) !== 0) sum |= signs.name
    if ((kind & tool) !== 0) sum |= signs.tool
    if ((kind & consent) !== 0) sum |= signs.consent
    if ((kind & vault) !== 0) sum |= signs.vault
    const word = classes[token] ?? -1
    if (word < 0) continue
    if (word === of.ai) sum |= signs.name
    else if (word === of.secretly) sum |= signs.secret
    else if (word === of.not) negated = token
    else if (word === of.user && token - negated <= near) sum |= signs.secret
    // Scripts without gaps have no words in front of it to look at: their tokens have small numbers.
    else if (word === of.response && hash >>> 21 === 0) sum |= signs.answer
  }
  return found
}
