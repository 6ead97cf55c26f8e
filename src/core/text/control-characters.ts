/** A record is read by people, at terminals too, which take these for commands. A tab is a blank. */
const control = /(?!\t)\p{Cc}/u
const controls = /(?!\t)\p{Cc}/gu

export function hasControl(text: string): boolean {
  return control.test(text)
}

/** With a blank in place of each. */
export function withoutControls(text: string): string {
  return control.test(text) ? text.replace(controls, ' ') : text
}
