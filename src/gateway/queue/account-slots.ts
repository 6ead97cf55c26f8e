import type { RoutedCall } from '../../core/calls/call.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { createFairQueue, type FairQueue } from './fair-queue.ts'

/** The places of accounts that take only so many calls at once. Outlives a configuration. */
export interface AccountSlots {
  /** Takes a place, at once or when it is the call's turn. The result gives it back. Rejects with `account_busy`, or with why the call has ended. */
  take(account: ProviderAccount, call: RoutedCall): (() => void) | Promise<() => void>
}

interface Waiter {
  admit(): void
}

interface Slots {
  busy: number
  readonly queue: FairQueue<Waiter>
}

export function createAccountSlots(): AccountSlots {
  const byAccount = new Map<string, Slots>()

  const slotsOf = ({ id }: ProviderAccount): Slots => {
    let slots = byAccount.get(id)
    if (slots === undefined) {
      slots = { busy: 0, queue: createFairQueue() }
      byAccount.set(id, slots)
    }
    return slots
  }

  return {
    take(account, call) {
      const { slots: rule } = account
      if (rule === undefined) return noPlace
      const slots = slotsOf(account)
      const release = (): (() => void) => {
        slots.busy++
        let isHeld = true
        return () => {
          if (!isHeld) return
          isHeld = false
          slots.busy--
          // A new configuration may have given the account fewer places.
          if (slots.busy < rule.maxConcurrentCalls) slots.queue.next()?.admit()
        }
      }
      if (slots.busy < rule.maxConcurrentCalls) return release()
      if (slots.queue.size >= rule.maxWaiting) {
        return Promise.reject(busy(account, `${rule.maxWaiting} calls wait for it already`))
      }
      return new Promise((resolve, reject) => {
        const { key, priority = 'normal' } = call.principal
        const since = performance.now()
        const leave = (): void => {
          clearTimeout(timer)
          removeEndListener()
          call.emit({ type: 'queued', durationMs: performance.now() - since })
        }
        const waiter: Waiter = {
          admit() {
            leave()
            resolve(release())
          },
        }
        const giveUp = (fault: GatewayError): void => {
          slots.queue.remove(priority, key, waiter)
          leave()
          reject(fault)
        }
        const timer = setTimeout(
          () => giveUp(busy(account, `no place came free within ${rule.maxWaitMs} ms`)),
          rule.maxWaitMs,
        )
        const removeEndListener = call.lifetime.onEnd(giveUp)
        slots.queue.add(priority, key, waiter)
      })
    },
  }
}

const noPlace = (): void => undefined

function busy({ id, slots }: ProviderAccount, why: string): GatewayError {
  const message = `The provider account "${id}" serves ${slots?.maxConcurrentCalls} calls, and ${why}.`
  return new GatewayError('account_busy', message, { retryAfterSeconds: 1 })
}
