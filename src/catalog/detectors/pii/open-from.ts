const longest = 256

/** What no finding holds: behind the last of it, the end of a text may still be the beginning of a finding. */
const breaks = /[!?;<>{}[\]"|\\^`…。！？；]/

export function openFrom(text: string): number {
  const least = Math.max(0, text.length - longest)
  for (let place = text.length; place > least; place--) {
    if (breaks.test(text[place - 1] ?? '')) return place
  }
  return least
}
