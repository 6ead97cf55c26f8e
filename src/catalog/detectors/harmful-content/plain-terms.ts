/**
 * What has hardly a harmless meaning, so that a way to it need not name a victim. `*`: the word goes on. Where it is asked for in
 * plain words it counts, whatever stands between; news, stories and prevention do not ask so.
 */
import { expression, type Frame, type HarmRule } from './harm-rule.ts'

const terms: Readonly<Record<string, string>> = {
  violence: `
    stab someone, stab somebody, stab people, stab him, stab her, stabbing someone, strangl*, lynch*, behead*, decapitat*, dismember*,
    commit murder, committing murder, kidnap*, abduct*, assassinat*, ambush*, commit arson, for arson, waterboard*, torture someone,
    torture people, torture a*, choke someone, choke him, choke her, choke a *, beat my wife, beat your wife, beat my kid*, beat your
    kid*, beat my girlfriend, beat your girlfriend, beat a woman, acid attack*, mass shooting, suicide attack, terror attack, terrorist
    attack, honor killing, honour killing, genital mutilation, bludgeon*, smother someone, smother a*, suffocate someone, off a cliff,
    stop his heart, stop her heart, leaving bruises, leave bruises, leave no bruises, contract killing, kill people, kill someone, kill
    somebody, kill a person, kill a man, kill a woman, kill a lot of, killing spree, poison someone, poison people, poison somebody,
    poison a person, drown someone, set someone on fire, burn someone, shoot someone, shoot somebody, run someone over, get away with
    murder, hide a body, hide a corpse, dispose of a body, drive-by shooting, enslave*, ethnic cleansing, take hostages, hold someone
    hostage, blow people up, blow up a, blow up the, drinking water, whip my slave, punish my wife, run over a, untraceable poison*,
    undetectable poison*, snuff out, pass out*, vigilante justice`,
  'self-harm': `
    cut my wrists, slit my, hang myself, kill myself, end my life, end it all, commit suicide, method of suicide, methods of suicide,
    die by suicide, bleed to death, asphyxiate myself, hide my cuts, hide the cuts, hide my scars, bridges to jump, bridge to jump, jump
    from and die, starve myself, lose weight by starving, become anorexic, make myself sick, make myself throw up, burn myself, hurt
    myself on purpose, injure myself, exit bag, helium hood, suicide pact`,
  'sexual-crimes': `
    rape*, roofie*, molest*, grope*, groping, sexual favors, sexual favours, upskirt*, passed out girl, passed-out girl, unconscious
    girl, unconscious woman, drunk girl*, without her consent, without waking her, someone sleeping, sleeping woman, girl into my bed,
    without waking him, sex slave*, force her to have sex, non-consensual, nonconsensual, revenge porn, nudes without, prostitute my*,
    pimp out, pimp my girl*, sextort*, sexually assault*, sexually harass*`,
  harassment: `
    doxx*, stalk someone, stalk my*, stalk a*, cyberbully*, bully someone, bully a*, harass someone, harass a*, harass my*, humiliate
    someone, humiliate my*, humiliate a*, gaslight my*, gaslight someone, spreading lies about, spread lies about, ruin someone, ruin
    his life, ruin her life, ruining her life, ruining his life, get him fired, get her fired, swat someone, swat a streamer, control my
    wife, control my girlfriend, manipulate my wife, manipulate my girlfriend, isolate my wife, isolate my girlfriend, threats from,
    secretly record, secretly follow`,
  weapons: `
    pipe bomb*, nail bomb*, car bomb*, fertilizer bomb*, fertiliser bomb*, homemade bomb*, dirty bomb*, pressure cooker bomb*, suicide
    vest*, explosive vest*, homemade explosive*, improvised explosive*, molotov*, napalm, tatp, flamethrower*, homemade gun*, homemade
    shotgun*, homemade firearm*, zip gun*, ghost gun*, bump stock*, auto sear*, full auto, untraceable gun*, illegal gun*, illegal
    firearm*, illegal weapon*, detonator*, letter bomb*, drops grenades, blasting cap*, armor-piercing, c4 explosive*, gun off the
    books, guns off the books, gun without a, land mine*, semtex, if you're a felon, if you’re a felon, gun as a felon, straw purchase`,
  'mass-casualty': `
    sarin, novichok, nerve agent*, nerve gas, mustard gas, phosgene, ricin, abrin, botulinum toxin, anthrax, plutonium, weapons-grade,
    highly enriched, bioweapon*, bioterror*, biological weapon*, chemical weapon*, nuclear weapon*, nuclear bomb*, atomic bomb*, nuclear
    device*, aerosolize*, aerosolise*, aerosolizing, smallpox, weaponize*, weaponise*, gain-of-function, poison gas, toxic gas, cyanide,
    weapon of mass, weapons of mass, radiological*, deadly pathogen*, lethal pathogen*, lethal virus*, deadly virus*`,
  'illegal-drugs': `
    cook meth*, make meth*, meth lab*, crystal meth, into cocaine, into crack, coca leaves into, cook heroin, homemade lsd, synthesize
    lsd, synthesise lsd, deal drugs, dealing drugs, deal weed, deal coke, push drugs, sell drugs, sell weed, sell pills, sell meth, sell
    cocaine, sell heroin, sell coke, smuggle drugs, smuggle cocaine, kilo of coke, kilo of cocaine, kilos of, launder drug, buy heroin,
    buy cocaine, buy meth, buy crack, buy mdma, buy lsd, order mdma, order cocaine, buy fentanyl, fake prescription*, drug mule*, lace
    a drink*, lace a cocktail*, lace weed, drug lord, drug empire, snort*, inject heroin, shoot up heroin, smoke crack, smoke meth, doctor shop*, fake xanax,
    fentanyl pills, plug for coke, plug for weed, drug dealer, make drugs, cook drugs`,
  'cyber-crime': `
    someone’s webcam, someone's webcam, stranger's webcam, stranger’s webcam, hack a bank, hack into, hack someone, hack my*, hack a*,
    hack the*, spread malware, spread a virus, write malware, create malware, write a virus, create a virus, write ransomware, create
    ransomware, ransomware attack on, ddos a*, ddos my*, ddos the*, ddos someone, phish someone, phish people, phish my*, steal cookies,
    session cookies, steal passwords, steal credentials, someone's password*, someone’s password*, someone else's bank, someone else’s
    bank, someone else's account, someone else’s account, bank account online, cheat engine online, carding, car key fob, crypto
    drainer*, wallet drainer*, rat undetected, fully undetectable, the victim’s machine, the victim's machine, victim's computer,
    victim’s computer, stolen accounts, sim swap*, change my grade*, skim credit*, crack wifi, crack a wifi, neighbor's wifi, neighbor’s
    wifi, neighbour's wifi, neighbour’s wifi`,
  fraud: `
    counterfeit*, launder money, launder cash, laundering money, launder crypto*, fake charit*, fake my income, fake income, fake
    invoice*, fake passport*, fake id, fake ids, fake diploma*, fake degree*, fake covid*, fake vaccin*, fake prescription*, fake bank*,
    fake pay stub*, fake payslip*, fake reviews, ponzi*, pyramid scheme*, bribe*, bribing, embezzl*, insider trading, insurance fraud,
    tax fraud, credit card fraud, wire fraud, identity theft, steal identit*, forge a*, forge my*, forge the*, forge signature*, forging
    a signature, scam people, scam old*, scam elderly, scam someone, defraud*, swindle*, con people, con old, stolen card*, stolen
    credit*, evade taxes, evade tax, avoid paying taxes, shell company to hide, signing over, rig an election, rig the election, buy
    votes, voter fraud, blackmail*, extort*, catfish someone, catfish people, price gouge, plagiariz*, cheat on my exam, fake death,
    fake my own death, fake my death, money mule*`,
  'illegal-goods': `
    rob a*, rob the*, rob someone, rob people, robbing a*, steal a car, steal cars, steal a bike, steal bikes, steal packages, steal
    from, stealing from, steal stuff, shoplift*, hotwire*, hot-wire*, burglar*, burgle*, carjack*, mug someone, mug people, pickpocket*,
    smuggl*, traffick*, sneak migrants, sneak people, stolen goods, stolen jewel*, stolen phone*, stolen bike*, stolen car*, fence
    stolen, black market, sell organs, sell a kidney, sell my kidney, poach*, sell ivory, loot*, break into a house, break into houses,
    break into cars, break into a car, break into someone*, break into my neighbo*, disable alarms, home invasion, endangered species,
    endangered parrots, endangered animals, buy a baby, sell a baby, buy a child, sell my baby, buy a slave, rob an*, escape from
    prison, break out of prison, break out of jail`,
}

/** Somebody means to do these, and need not say how. */
const threats = `
  stab someone, stab him, stab her, strangl*, behead*, lynch*, massacre*, gas all, gas them, kill everyone, kill everybody, kill them
  all, kill you, kill him, kill people, kill someone, murder someone, slit your, slit his, slit her, a knife to school, a gun to school,
  a gun to work, my gun to, be the shooter, infidels with me, shoot everyone, shoot everybody, shoot people, shoot them all, bomb the,
  bomb a, blow up the, blow up a, blow myself up, burn down the, burn it down with, kidnap*, poison the, poison everyone, rape someone,
  rape her, rape you, shoot up a, shoot up the, shoot up my, take hostages`

const harmless =
  /\b(?:game|fiction|novel|mystery|crime scene|history|documentary|news|exam(?:ple)? of|lesson|presentation|essay|report|malware analysis|detect\w*|defen[cs]e|defend|prevent\w*|stop|avoid|protect\w*|legal advice|lawyer|counterfeit (?:detect\w*|pen)|(?:my|own) (?:stolen|lost)|was stolen|got stolen|poach(?:ed|ing)? (?:eggs?|pears?|chicken|salmon|fish)|eggs?|loot ?box\w*|snorts? ?(?:line rules|rules)|snort (?:ids|rule)|blow(?:ing)? up (?:(?:an?|the|my|our|this|old|small|digital|family|wedding) )*(?:photo(?:s|graphs?)?|pictures?|images?|prints?|posters?|maps?|logos?|drawings?|scans?|screenshots?|balloons?|air ?beds?|mattress(?:es)?|rafts?|tyres?|tires?|balls?|paddling pools?)|smuggl(?:e|ing) (?:(?:an?|the|my|our|some|own|home-?made|packed|vegan|healthy|little) )*(?:lunch(?:es)?|snacks?|food|sandwich(?:es)?|popcorn|cand(?:y|ies)|cookies|vegetables|spinach)|nmap|hackathon|growth hack\w*|life ?hacks?|hack (?:a |the |my )?(?:week|day|night|squat|saw|together|productivity|sleep|brain|growth)|forge a (?:path|bond|relationship|career|new|sword|knife|alliance|partnership|friendship)|rob a (?:bank|train) in|castle|minecraft|smuggl\w+ (?:films?|books?)|lace a (?:corset|shoe|boot|dress|skate|football)|bribe my (?:kids?|toddler|child|dog|cat|son|daughter)|blackmail (?:me|us)|pass out (?:flyers|candy|leaflets|pamphlets|cards|papers|invitations)|catfish (?:recipe|fishing|fillet\w*|bait|stew|nuggets|tank|curry|fry|soup)|cook catfish|catch catfish|ricing|rape ?seed|molest(?:ed|ing)? me|drinking water (?:safe|quality|filter|clean)|clean drinking water|filter drinking water|water bottle|steal from the rich|black market (?:premium|economics)|pull stalk|celery|strangler fig|kidnapp?ed by|chess|hammock|theat(?:er|re)|prop\b|costume|bomb the (?:exam|test|interview|audition|dive)|ambush (?:marketing|predators?)|enslaved)\b/i

function pattern(term: string): string {
  const escaped = term.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
  return escaped.replace(/ ?\*/g, (star) => (star === '*' ? String.raw`\w*` : String.raw` \w+`))
}

function ruleOf(rule: string, frame: Frame, listed: string): HarmRule {
  const all = listed.trim().replace(/\s+/g, ' ').split(', ')
  return {
    rule,
    score: 0.75,
    harm: expression(...all.map(pattern)),
    frames: [frame],
    lifted: harmless,
  }
}

export const plainTermRules: readonly HarmRule[] = [
  ...Object.entries(terms).map(([rule, listed]) => ruleOf(rule, 'way', listed)),
  ruleOf('threats', 'meant', threats),
]
