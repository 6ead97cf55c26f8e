/**
 * Letters that look like others, from Unicode Technical Standard 39 (confusables.txt) as far as they pass for ASCII, and Latin
 * letters in styles that NFKC leaves (small capitals, turned letters, negative squares).
 */
const looksLike: Readonly<Record<string, string>> = {
  a: 'аɑαаᎪꭺᴀɐ',
  b: 'ЬвᏏƄВΒʙ',
  c: 'сϲⅽСᏟᴄɔ',
  d: 'ԁⅾᏧᎠᴅɖ',
  e: 'еҽєЕΕᎬᴇǝə',
  f: 'ғϝẝꞙꜰɟ',
  g: 'ɡցԌᏀɢƃᵷ',
  h: 'һհΗНᎻʜɥ',
  i: 'іıɩιΙІӀᎥɪᴉ',
  j: 'јϳЈᎫᴊɾ',
  k: 'κкКΚᏦᴋʞ',
  l: 'ⅼӏᏞʟ',
  m: 'мМΜᎷᴍɯ',
  n: 'ոпηΝɴ',
  o: 'оοօσΟОՕᴏ',
  p: 'рρΡРᏢᴘ',
  q: 'ԛզ',
  r: 'гᴦꭇᏒʀɹ',
  s: 'ѕՏЅᏚꜱ',
  t: 'тτΤТᎢᴛʇ',
  u: 'υսцՍᴜ',
  v: 'νѵᴠᏙʌ',
  w: 'ԝωѡԜᏔᴡʍ',
  x: 'хχⅹΧХ',
  y: 'уγүΥҮʏʎ',
  z: 'ᴢΖᏃ',
}

export const confusables: ReadonlyMap<number, string> = new Map(
  Object.entries(looksLike).flatMap(([letter, alike]) =>
    Array.from(alike, (character): [number, string] => [character.codePointAt(0) ?? 0, letter]).filter(
      ([point]) => point > 127,
    ),
  ),
)
