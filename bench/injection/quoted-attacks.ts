import { directGrammar } from './direct-attacks.ts'
import { extractionGrammar } from './extraction-attacks.ts'
import type { Grammar } from './grammar.ts'

/** Attacks that are talked about: papers, lectures, tests, tickets, questions. */
export const quotedGrammar: Grammar = {
  ...extractionGrammar,
  ...directGrammar,
  said: ['{override}', '{override} and {goal}', '{become}', '{extract}', '{extraction}', '{override}. {become}'],
  q: ['"{said}"', "'{said}'", '“{said}”', '"{said^}."', '`{said}`', '«{said}»'],
  people: [
    'attackers',
    'users',
    'the red team',
    'some people',
    'a student',
    'the researchers',
    'a tester',
    'the authors',
    'a customer',
  ],
  talk: [
    '{people^} [typed|wrote|sent|tried|used] {q}[, and the bot refused| in the chat| to test the filter| as a prompt|].',
    'The [phrase|string|prompt|text|input|message] {q} [was blocked|is a known attack|should be refused|is an example of prompt injection|appears in the data set].',
    'A [well-known|simple|classic|typical|naive] [jailbreak|injection|attack|example] is {q}.',
    'Prompts [like|such as] {q} [try to|attempt to|aim to] make a model leave its instructions.',
    'Our [filter|classifier|detector|guardrail|rule] [looks for|matches|catches|misses] [sentences|phrases|inputs] such as {q}[, see table 2| with 98 percent precision|].',
    'In [chapter 3|the lecture|this post|section 4.1|her talk] [we show|she explains|the author explains|you learn] why {q} [works on small models|fails today|is dangerous when a model has tools].',
    'Ticket [4471|812]: [user|customer] [entered|pasted] {q}; [the assistant answered normally|no action needed|closed as spam].',
    '[Expected|Input|Test case|Payload|Example 3]: {q} → [blocked|refused|flagged|score 0.97].',
    'it("[refuses|blocks|flags] an override", () => expect(scan({q})).toBe(true))',
    'assert is_injection({q}) is True',
    '| {q} | [override|extraction|persona] | [blocked|high|medium] |',
    '- {q} ([category: jailbreak|seen in 2023|rejected])',
    'Never [trust|follow|obey] [text|a page|a mail] that [says|contains] {q}.',
    'The [worm|page|document|e-mail] contained the [sentence|hidden text] {q}, which [Bing|the assistant|an early chatbot] [obeyed|ignored].',
  ],
  inquiry: [
    '[Why does|How does|When does] {q} [work|fail|confuse models]?',
    'Is {q} [a jailbreak|an attack|harmful|an example of prompt injection]?',
    '[Translate|Paraphrase|Explain|Classify|Label|Analyze] [the phrase|the sentence|this prompt|the attack] {q} [for my slides|into German|in one line|as malicious or benign|].',
    'What should [a bot|our assistant|the support team] [do|answer] when [somebody|a user] writes {q}?',
    'How can I [detect|block|filter|log] [prompts|messages] like {q} in [Python|my app|a gateway]?',
    'Write [a unit test|a regular expression|a policy|a blog post] that [covers|catches|explains] {q}.',
    'What is the [origin|history|meaning|grammar] of {q}?',
  ],
  document: ['{talk}', '{talk} {talk}', '{talk} {talk} {talk}'],
  prompt: [
    '{inquiry}',
    '{talk} {inquiry}',
    '{talk} [Summarize this.|Is that right?|What can we do?]',
    '{inquiry}',
    '{talk}',
  ],
}

export const quotedKinds = {
  prompt: { prompt: { start: '{prompt}', share: 1 } },
  document: { document: { start: '{document}', share: 1 } },
} as const
