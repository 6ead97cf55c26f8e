import { post, type WireReply } from '../../test/support/client.ts'
import { startTestGateway } from '../../test/support/gateway.ts'
import type { Attack } from './attacks.ts'
import { startBilledProvider } from './billed-provider.ts'
import { bystanders } from './replay.ts'
import { networkOf, type World } from './world.ts'

/** A whole gateway, asked over HTTP. `consumption` is the section of its configuration; without one nothing is watched. */
export async function gatewayWorld({ keys }: Attack, consumption: object | undefined): Promise<World> {
  const clock = { now: Date.UTC(2026, 0, 1) }
  const provider = await startBilledProvider()
  const gateway = await startTestGateway({
    now: () => clock.now,
    log: () => undefined,
    config: {
      ...(consumption === undefined ? {} : { consumption: { ...consumption, slowMs: 1 } }),
      providers: [provider.account],
      listen: { host: '127.0.0.1', port: 0, controlPort: 0, trustedProxies: ['127.0.0.1'] },
    },
    keys: Array.from({ length: keys + bystanders }, (_, index) => ({ id: `key-${index}`, key: keyOf(index) })),
  })
  const isWatched = consumption !== undefined

  /** With this, what the gateway knows of the call is up to date. */
  async function isSlowed(reply: WireReply): Promise<boolean> {
    const { decisions } = await gateway.call(reply)
    return (decisions ?? []).some(({ action }: { readonly action: string }) => action === 'slow')
  }

  return {
    clock,
    isWatched,
    bill: provider.bill,
    async send({ key, body, outputTokens }) {
      const sent = post(`${gateway.url}/v1/chat/completions`, body, {
        headers: { authorization: `Bearer ${keyOf(key)}`, 'x-forwarded-for': networkOf(key) },
      })
      const arrived = await provider.next(outputTokens, sent)
      if (arrived === undefined) {
        const { status, text } = await sent
        return { kind: 'refused', isHeld: status === 403, reason: text }
      }
      return {
        kind: 'arrived',
        async answer() {
          arrived.answer()
          const reply = await sent
          return { wasSlowed: isWatched && (await isSlowed(reply)) }
        },
      }
    },
    async close() {
      await gateway.close()
      await provider.close()
    },
  }
}

const keyOf = (index: number): string => `pk-attacked-${index}-0123456789abcdefghijklmnop`
