/** Small pieces of wire formats that several dialects share. */

export function dataUrl(mediaType: string, data: string): string {
  return `data:${mediaType};base64,${data}`
}

export function ofDataUrl(url: string): string {
  const [, data] = /^data:[a-z]+\/[a-z]+;base64,(.*)$/s.exec(url) ?? []
  if (data === undefined) throw new Error(`no data URL: ${url}`)
  return data
}

/** A text in two pieces, as a stream brings it; nothing for an empty one. No character is cut. */
export function inHalves(text: string): string[] {
  const characters = [...text]
  const middle = Math.ceil(characters.length / 2)
  return [characters.slice(0, middle).join(''), characters.slice(middle).join('')].filter((piece) => piece !== '')
}
