/** Consumption attacks, as calls of Chat Completions that somebody sends who wants to spend what is another's. */
import { createRandom, type Random } from '../random.ts'

export interface AttackCall {
  /** Which of the attacker's keys. */
  readonly key: number
  readonly body: object
  /** Tokens that the provider writes. */
  readonly outputTokens: number
}

export interface Attack {
  readonly id: string
  /** What it does, in a row of a table. */
  readonly title: string
  readonly keys: number
  /** Calls that are open at once, each sent when the one before it has ended. */
  readonly clients: number
  readonly calls: number
  /** How long an attacker thinks between two calls. */
  readonly thinkMs: number
  call(index: number): AttackCall
}

const cheap = 'openai-mock/gpt-5-mini'
const dear = 'openai-mock/gpt-5-pro'
const words = (
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what ' +
  'all were we when your can said there use an each which she do how their if will up other about out many then them these so ' +
  'some her would make like him into time has look two more write go see number no way could people my than first water been'
).split(' ')

/** Words in an order that never comes again. */
function text(random: Random, characters: number): string {
  const parts: string[] = []
  for (let length = 0; length < characters; ) {
    const word = `${words[Math.floor(random.next() * words.length)]}`
    parts.push(word)
    length += word.length + 1
  }
  return parts.join(' ')
}

const asked = (content: string, more: object = {}): object => ({
  model: cheap,
  messages: [{ role: 'user', content }],
  ...more,
})

/** What a key does before anybody misuses it: small questions, with answers of up to a thousand tokens. */
export function ordinaryCall(random: Random): Omit<AttackCall, 'key'> {
  const outputTokens = 100 + Math.floor(random.next() * 700)
  return { body: asked(text(random, 400 + random.next() * 4000), { max_tokens: 1000 }), outputTokens }
}

export function allAttacks(): readonly Attack[] {
  // Of the number of the call alone, so that each replay sends the same.
  const sized =
    (characters: number, more: object, outputTokens: number) =>
    (index: number): AttackCall => ({
      key: 0,
      body: asked(text(createRandom(`attack ${index}`), characters), more),
      outputTokens,
    })
  return [
    {
      id: 'loop of prompts',
      title: 'an agent asks the same, with another number in it, every few seconds',
      ...alone(60),
      call: (index) => ({
        key: 0,
        body: asked(
          `Attempt ${index}: the search gave no result. Please try it once more with other words.`.repeat(30),
          {
            max_tokens: 1000,
          },
        ),
        outputTokens: 900,
      }),
    },
    {
      id: 'loop of tools',
      title: 'an agent calls the same three tools in turn, and its conversation grows',
      ...alone(60),
      call: (index) => ({ key: 0, body: toolTurn(index), outputTokens: 300 }),
    },
    {
      id: 'prompt bombs',
      title: 'prompts of 100,000 tokens that never repeat themselves, eight at once',
      ...together(8, 24),
      call: sized(400_000, { max_tokens: 1000 }, 500),
    },
    {
      id: 'repeated prompts',
      title: 'prompts of 100,000 tokens that say one thing over and over, eight at once',
      ...together(8, 24),
      call: (index) => ({
        key: 0,
        body: asked(`Say this again, number ${index}. `.repeat(15_000), { max_tokens: 1000 }),
        outputTokens: 500,
      }),
    },
    {
      id: 'long answers',
      title: 'eight answers of 32,000 tokens in each call, four at once',
      ...together(4, 24),
      call: sized(400, { max_tokens: 32_000, n: 8 }, 8 * 32_000),
    },
    {
      id: 'answers without a bound',
      title: 'no `max_tokens`, and a question that is answered in 60,000 tokens, four at once',
      ...together(4, 40),
      call: sized(400, {}, 60_000),
    },
    {
      id: 'rate burst',
      title: 'small calls, as fast as 32 clients can',
      ...together(32, 500),
      call: sized(300, { max_tokens: 60 }, 50),
    },
    {
      id: 'cost burst',
      title: 'calls of an ordinary size, as fast as 16 clients can',
      ...together(16, 200),
      call: sized(4000, { max_tokens: 1000 }, 1000),
    },
    {
      id: 'dear model',
      title: 'a model sixty times as dear, two at once',
      ...together(2, 30),
      call: sized(4000, { model: dear, max_tokens: 1000 }, 1000),
    },
    {
      id: 'many keys',
      title: 'forty new keys of as many owners in one network, each used for eight calls of an ordinary size',
      keys: 40,
      clients: 4,
      calls: 320,
      thinkMs: 0,
      call: (index) => ({ ...sized(4000, { max_tokens: 1000 }, 1000)(index), key: Math.floor(index / 8) }),
    },
  ]
}

const alone = (calls: number) => ({ keys: 1, clients: 1, calls, thinkMs: 2000 })
const together = (clients: number, calls: number) => ({ keys: 1, clients, calls, thinkMs: 0 })

const MAX_TURNS = 20

/** The last turns of a conversation that goes round: search, read, search again. */
function toolTurn(index: number): object {
  const turns = []
  for (let turn = Math.max(0, index - MAX_TURNS); turn <= index; turn++) {
    const name = ['search', 'read', 'summarize'][turn % 3]
    const id = `call_${turn}`
    turns.push(
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id, type: 'function', function: { name, arguments: '{"query":"quarterly figures"}' } }],
      },
      { role: 'tool', tool_call_id: id, content: `Nothing found (${turn}). `.repeat(40) },
    )
  }
  return {
    model: cheap,
    messages: [{ role: 'user', content: 'Find the quarterly figures and sum them up.' }, ...turns],
    max_tokens: 1000,
  }
}
