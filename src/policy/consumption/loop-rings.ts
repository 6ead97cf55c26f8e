import { isNear } from './turn-sketch.ts'

/** The last turns of one conversation, and for how long each period has gone on. */
export interface LoopRing {
  at: number
  readonly turns: (readonly number[])[]
  /** By period less one: how many turns in a row are near to the one a period before. */
  readonly runs: number[]
}

/** A cycle of more steps than this is work. */
const PERIODS = 4

export function newRing(): LoopRing {
  return { at: 0, turns: [], runs: new Array<number>(PERIODS).fill(0) }
}

/** Takes in a turn. Returns how many times by now the same cycle of turns has come in a row; 1 is once. */
export function addTurn(ring: LoopRing, turn: readonly number[], now: number, gapMs: number): number {
  if (now - ring.at > gapMs) {
    ring.turns.length = 0
    ring.runs.fill(0)
  }
  ring.at = now
  let most = 1
  for (let period = 1; period <= PERIODS; period++) {
    const before = ring.turns.at(-period)
    const run = before !== undefined && isNear(before, turn) ? (ring.runs[period - 1] ?? 0) + 1 : 0
    ring.runs[period - 1] = run
    most = Math.max(most, 1 + Math.floor(run / period))
  }
  ring.turns.push(turn)
  if (ring.turns.length > PERIODS) ring.turns.shift()
  return most
}
