import { type MockProvider, startMockProvider } from '../../test/support/mock-provider.ts'
import { unary } from '../../test/support/mock-replies.ts'

export interface Bill {
  /** Calls that reached the provider. */
  readonly sent: number
  readonly costUsd: number
}

/** A provider that answers when it is told to, and adds up what it would bill. */
export interface BilledProvider {
  /** The provider as an account of a gateway; models are `openai-mock/…`. */
  readonly account: object
  /**
   * The next call that arrives, to be answered with so many tokens; `undefined` where `replied` comes before any arrives: the
   * gateway has answered by itself.
   */
  next(outputTokens: number, replied: Promise<unknown>): Promise<{ answer(): void } | undefined>
  bill(): Bill
  close(): Promise<void>
}

/** Nano-USD a token: list prices of OpenAI. */
const prices: Readonly<Record<string, { readonly input: number; readonly output: number }>> = {
  'gpt-5-mini': { input: 250, output: 2000 },
  'gpt-5-pro': { input: 15_000, output: 120_000 },
}
const BYTES_PER_TOKEN = 4

/** What a provider adds up. */
export interface Billing {
  /** A call has come. Returns the tokens that it was read as, and what it will cost. */
  add(
    model: string,
    bodyBytes: number,
    outputTokens: number,
  ): { readonly inputTokens: number; readonly costNanoUsd: number }
  bill(): Bill
}

export function createBilling(): Billing {
  let sent = 0
  let nanoUsd = 0
  return {
    add(model, bodyBytes, outputTokens) {
      const price = prices[model]
      if (price === undefined) throw new Error(`No price is known of ${model}.`)
      const inputTokens = Math.ceil(bodyBytes / BYTES_PER_TOKEN)
      const costNanoUsd = inputTokens * price.input + outputTokens * price.output
      sent++
      nanoUsd += costNanoUsd
      return { inputTokens, costNanoUsd }
    },
    bill: () => ({ sent, costUsd: nanoUsd / 1e9 }),
  }
}

export async function startBilledProvider(): Promise<BilledProvider> {
  const mock: MockProvider = await startMockProvider()
  const { add, bill } = createBilling()
  return {
    account: {
      id: 'openai-mock',
      provider: 'openai',
      baseUrl: `${mock.origin}/v1`,
      apiKey: 'sk-of-the-account',
      allowPrivateNetwork: true,
    },
    async next(outputTokens, replied) {
      const arrived = Promise.withResolvers<{ answer(): void }>()
      mock.script((request) => (exchange) => {
        const { model } = request.json as { readonly model: string }
        const { inputTokens } = add(model, request.body.length, outputTokens)
        const { promise, resolve } = Promise.withResolvers<void>()
        arrived.resolve({ answer: resolve })
        return promise.then(() => unary(completion(model, inputTokens, outputTokens))(exchange))
      })
      return await Promise.race([arrived.promise, replied.then(() => undefined)])
    },
    bill,
    close: mock.close,
  }
}

function completion(model: string, inputTokens: number, outputTokens: number): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'As asked.' }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    },
  }
}
