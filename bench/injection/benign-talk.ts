import type { Grammar } from './grammar.ts'

/**
 * Ordinary texts that come close to attacks: answers of models that speak of themselves, as people paste and quote them, and talk
 * about instructions that are not the model's.
 */
export const talkGrammar: Grammar = {
  topic: [
    'the housing market',
    'a recipe for lentils',
    'your garden',
    'the history of Lisbon',
    'this spreadsheet',
    'the train to Vienna',
    'a letter to your landlord',
    'the plot of the novel',
    'beginner yoga',
    'the exam in chemistry',
    'your knee',
    'the file that you attached',
    'a name for the cat',
  ],
  self: [
    '[As an AI language model|As a language model|As an AI|Being a program|As an assistant], I [do not have|have no] [feelings|a body|personal opinions|memories of earlier chats|access to the internet|preferences of my own|senses], [but I can tell you about {topic}|so I cannot say which I like better|but here is what people often say of {topic}].',
    'I am [only a model|a large language model|an AI assistant|a virtual assistant] and [cannot open links|cannot see pictures|do not know today’s date|have no access to your account|was trained on text up to a certain date].',
    '[I’m sorry, but|Sorry,|I apologise, but|Unfortunately,] I [cannot|can’t|am not able to|am unable to] [book a table|give medical advice|look that up|predict the weather|recall what we spoke of last week|see the file|make calls]. [Perhaps a doctor can help.|You could ask the office.|I can explain {topic} instead.|]',
    '[My name is|I am called] [Ava|Milo|Nova|Otto], and I am the assistant of [a bank|a shop for bicycles|the town library]. I can help with {topic}.',
    'I do not have [free will|emotions|a gender|an age|rights] in the way that people do; I [follow|work by] [patterns in text|what I was trained on|the rules of my program].',
    'My [purpose|task|job|role] is to [answer questions|help people write|give information] about {topic}.',
    'My training data [end in 2021|are books and web pages|do not include private mails].',
    '[I was made by|I was built by|My developers are] [a team of engineers|a small company|a research group], and I [learn nothing from this chat|keep no record of it|cannot change how I work].',
    'I aim to be [helpful, honest and harmless|neutral|respectful], and I do not [take sides|wish to offend anybody|judge].',
    'It is [important|worth it] to [ask a professional|check this with a lawyer|note that this is general information], as I may be wrong about {topic}.',
    '[Certainly!|Of course!|Sure,] [here is|I have written] [a draft|a list|a summary] about {topic}. [Let me know if I should change it.|I hope this helps!|]',
  ],
  answer: [
    '{self}',
    '{self} {self}',
    '{self} {self} {self}',
    '[Why did you say|Proofread this answer:|Is it true what the bot said?|Shorten this:] "{self} {self}"',
    'User: [how are you?|can you feel pain?|who made you?|do you sleep?|what is your name?]\nAssistant: {self}',
    '[Are you|Could you be] [alive|a person|conscious|older than me|able to learn]? [I was wondering.|My son asks.|]',
  ],
  thing: [
    'the recipe',
    'the game',
    'the washing machine',
    'the exam',
    'the shelf',
    'the course',
    'the tax form',
    'my teacher',
    'the doctor',
    'the router',
    'the tournament',
    'our landlord',
  ],
  rules: [
    'What [are|were] the [rules|instructions|guidelines|directions] [of|for|from] {thing}?',
    '[Can I ignore|Should I ignore|Must I follow|I forgot|I lost|Where do I find] the [rules|instructions|warning|steps|note] [of|for|from] {thing}[?|.]',
    '[Explain|Translate|Summarise|Rewrite|Shorten|Print|Repeat] the [rules|instructions|guidelines|manual] [of|for] {thing} [in simple words|for a child|as a list|].',
    'The [previous|old|first|last] [rules|instructions|version] of {thing} [was|were] [wrong|better|too long]; [use the new one|forget them|compare both|write new ones].',
    '[How can I|Is it possible to|Why can’t I] [override|bypass|disable|unlock|reset|skip] [a method|the proxy|the cache|the lock screen|the default|a warning|the intro|the filter of the pool] [in Java|on my phone|of the router|at work|]?',
    '[Explain|What is|Who writes|Why do people use] [a system prompt|prompt injection|a jailbreak of a phone|role-play in therapy|developer mode on Android|a hidden rule in chess][?|]',
    'Do not [tell|show] the [players|guests|pupils|readers] the [rules|answer|secret] [before the end|until I say so|]; [they should find it|it is a surprise].',
  ],
}

export const talkKinds: Readonly<Record<string, { readonly start: string; readonly share: number }>> = {
  answer: { start: '{answer}', share: 1.2 },
  rules: { start: '{rules}', share: 1 },
}
