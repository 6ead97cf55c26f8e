/** What people write in a letter: some three hundred words, where a few that repeat would be known to every cache of words. */
const sentences: readonly string[] = [
  'The quarterly report shows that revenue grew by twelve percent, mostly because of new customers in the north.',
  'Please write a summary for the board that names the main risks, in about two hundred words.',
  'The team met on Tuesday to talk about the next release; nobody was sure whether the tests would be done in time.',
  'Since the warehouse moved, deliveries to smaller shops arrive late, and several managers asked for an earlier truck.',
  'Our supplier in the valley raised its price again, though the cloth is thinner than it used to be last winter.',
  'Could you compare both offers, mention what insurance costs, and tell us which one leaves more room for mistakes?',
  'Training went well: almost everyone finished the course, and those who had missed a session caught up within days.',
  'A neighbour complained about noise from the loading dock before sunrise, so we agreed to start an hour later.',
  'Marketing wants brighter photographs on the front page, while engineering would rather have it load quickly on old phones.',
  'I found three invoices without a matching order, probably typed twice by somebody who was in a hurry.',
  'During the storm the roof above the small kitchen leaked, yet no equipment was harmed and the carpet has dried since.',
  'We should thank the volunteers, who sorted hundreds of boxes, carried chairs upstairs and stayed until everything was clean.',
  'Budget talks begin next month, therefore each department needs realistic figures for travel, software and repairs.',
  'Some readers misunderstood the second chart, because its colours are too similar and the legend sits far below.',
  'Finally, remind everybody that the garden behind the office closes at dusk, and that bicycles belong in the shed.',
  'If anything here seems unclear, simply call me after lunch or leave a short note on my desk.',
  'The museum lends us two paintings for the entrance hall, provided that the light stays low and the doors are locked at night.',
  'Half of the visitors came by train, a third walked, and the rest shared cars from villages along the river.',
  'Let us keep the old logo on receipts, but print the address in larger letters than before.',
]

/** So many characters of them, which begin with another sentence for each number. */
export function proseFrom(number: number, characters: number): string {
  let said = ''
  for (let index = number; said.length < characters; index++) said += `${sentences[index % sentences.length]} `
  return said.slice(0, characters)
}
