/** Stretches of a text, as ascending pairs of start and end. */
export type Places = number[]

const nearby = 400
const around = 200

/** Adds a place behind those before; what lies close together becomes one. */
export function addPlace(places: Places, start: number, end: number): void {
  const last = places.length - 1
  if (last > 0 && start - (places[last] ?? 0) < nearby) places[last] = Math.max(places[last] ?? 0, end)
  else places.push(start, end)
}

/** Calls `visit` for each place with what stands around it, up to a gap between words. */
export function forEachSurrounding(text: string, places: Places, visit: (start: number, end: number) => void): void {
  for (let index = 0; index < places.length; index += 2) {
    const start = gapBefore(text, Math.max(0, (places[index] ?? 0) - around))
    const end = gapBehind(text, Math.min(text.length, (places[index + 1] ?? 0) + around))
    visit(start, end)
  }
}

/** The line that something stands in, but no more than 2,000 characters to each side. */
export function lineAround(text: string, start: number, end: number): readonly [number, number] {
  const before = text.lastIndexOf('\n', Math.max(0, start - 1)) + 1
  const behind = text.indexOf('\n', end)
  return [
    Math.max(start === 0 ? 0 : before, start - 2000),
    Math.min(behind < 0 ? text.length : behind, end + 2000, text.length),
  ]
}

function gapBefore(text: string, from: number): number {
  const least = Math.max(0, from - 60)
  let at = from
  while (at > least && text.charCodeAt(at - 1) > 32) at--
  return at
}

function gapBehind(text: string, from: number): number {
  const most = Math.min(text.length, from + 60)
  let at = from
  while (at < most && text.charCodeAt(at) > 32) at++
  return at
}
