/** Made by scripts/make-common-words.ts. Do not edit. */
export const commonWords = `
aan ab abandoned aber abilities ability ablaze able abolished about above absolute absorb abstract abundant aburi
abuse academic acceder accedere accept accepter accepts acceso access accessed accessi accessibility accessible
accessing accesso accessories accettare accidentally accidents accommodate accompanied accomplish according
accordingly account accountable accounts accuracy accurate accurately acea aceasta aceder aceeasi aceitar acel
acelasi aceptar acero acessar acesso acest acesta aceste acestea acesteia acestia acestora acestuia aches achieve
achieved achievements achieving acid acik acknowledged acoes acolo acquired across acrostic act acting action
actionable actions active actively actividad activities activity actor acts actual actualidad actualizar actually
acuerdo acum ad adapt adaptable adapted adapting adaugati add added addiction adding addition additional address
addresses addressing adds adequate adesea adi adini adjacent adjective adjectives adjust adjusting adlandirilir
administracion administrador administratia administration administrator adopted adopting adresa adresse adresses
adults advance advanced advancement advancements advances advancing advantage advantages adventure adventurers
adventures adventurous adversarial advertisement advertising advice advisable aesthetic afara affect affected
affecting affects affordable afla afraid after afterwards ag again against age aged agencies agent ages aggiornare
agile agli ago agreement agriculture agua ahead ahora ai aici aid aim aimed air aircraft aire airplane airport ait
ajuns ajutorul aksine aktif aktualisieren aktualisiert aktuellen akzeptieren al alan alarm alcohol alcun aldi ale
aleatoires aleatorios alert alerta alertar alertas alerting alerts ales algorithm algorithms algoritmi algoritmo
algoritmos algun alien align alignment alike alive all alla alle aller allocate allocated allocates allocation allow
allowed allowing allows almacenar almaktadir almistir almond almonds almost alone along alongside alphabet already
alrededor als also alt alta alte altered alternative alternatives although alti altinda altitude altor always am ama
amaciyla amaze amazing amazonica amazonienne ambiente ameacas amenazas amendment amenities amid among amount amounts
amplia an ana anaconda analise analisi analisis analiza analogies analogy analysis analyst analytics analyze
analyzes analyzing ancak ancestor anche ancient and anda andere anderen andern andert anecdote anew anger angle
angles angry anh ani anii animal animals animated animation anlamina announced annual ano anomalias anomalie
anomalies anomalous anomaly anos another anpassen answer answering answers anterior anteriores antes antibiotics
antiinflamatorii anul anului anxiety anxious any anyone anything anywhere anzugeben ao ap apa apart apartment apenas
api aplicacao aplicacion aplicativo apoi apologize apoyo app appeal appealing appear appearance appeared appears
appels append apple apples appliance appliances applicable application applications applied applies apply applying
appointed appointment appointments appreciate appreciation apprendimento approach approaches appropriate
appropriately approximately apps aprendizaje aproape aproximadamente aproximativ ar arac araci arasinda arasindaki
araya arbitrary arc architectural architecture archivo archivos ardindan are area areas args argue argues arguing
argument argumento arguments arise arithmetic aritmetica arms around arquivo arquivos arr arrange array arrays
arrive arrived arrivo art article articles articulos artifact artificial artist artists artwork as asal ascending
asegurar asemenea asentamiento asezare asi ask asked askeri asking asks asociado aspect aspects assembly assert
assess assessment asset assign assigned assigns assist assistance assistant assistants associados associate
associated associati associees assume assuming assumptions asterisk asterisks astfel astronauts asupra at ataca
atacante ataque ataques atat athletes atifta atividade atmosphere atmospheric atom atoms atras attacchi attacco
attack attacker attackers attacks attaques attempt attempted attempting attempts attend attendance attention
attivita attract attribute attributed attributes atualizar atunci au auch auction aucun aucune audience audio auf
aufnimmt aumento aunque aus ausserhalb authentication author authoritarian authorities authority authorization
authorized authors auto automate automated automatically automaticamente automatico automation autonomous autonomy
autorise autorizado autorizzati autorizzato autumn availability available avea aveau avec average avocado avoid
avoiding avut avvisare awake awareness away awe ax axa axis ayni ayri ayrica az ba bac back background backgrounds
backpack backup backyard bacon bacteria bad bag bagimsiz bags bai bajo baking balance balanced ball balloon ban
banana bananas band bang bank banks banner bans bao bar bark barren barrio basa basada basado basados basarisiz
basato base baseado based basic basierend basiert basis basit baska basketball basladi baslarinda baslatti bastante
bat batiya batteries battery battle bau bay baza bazen bazi bbc be beach beacon beans bear bears beat beats
beautiful beauty became because become becomes becoming bed bedeutet bedroom beef been beenden bees befinden before
began begann begannen begin beginners beginning beginnt begins begun behavior behavioral behaviors behind behold bei
beiden beim being beings beispielsweise bekannt bekannten bekannter bekanntlich belief beliefs believe believed bell
belong belonging beloved below ben benannt beneath beneficial benefit benefits benh benotigt benutzerdefinierte
bereits beri berries bes besagt best bestimmten bestimmtes better between bevor beyond bezeichnet bezuglich bi bias
biased biases biblioteca bibliotecas bibliotheque bicycle bien biet bieu big bigger biggest bike bilim bilinen
bilinir bill billion billions binary bind binh bio biodiversity bir bircok bird birds biri birincil birkac birlikte
birth birthday bis bit bitwise black blacklist blacklisted blank blanket blend bloccare bloccati bloccato block
blockchain blocked blockieren blockiert blockierten blocking blocks blog blood bloom blooming blooms bloquear
bloquee bloqueio bloquer blow blowing blows blue blues bo board bodies body boi boiling bold bolgesinde bon bond
book books boolean booleano boost boots border bored born borrowed boss boswilligen bot both bottle bottles bottom
bought bounce boundaries bowl box boxes boy boylece boys boyunca brain branch branches brand brands brave breaches
bread break breakfast breaking breaks breast breasts breath breathing breathtaking breeze bridge brief bright
brightly bring bringen bringing brings britanici britanicos britischen broken brought brown browse browser browsers
browsing bu bubble buc buddy budget budista bufer buffer bug buhar build building buildings built bulbs buldu
bulunan bulundu bulunmaktadir bulunur buna bunlarin bunun buoc burgers burning burnout burst bus busca business
businesses businessman busqueda bustling busy but butter button buttons buy buying buyuk by byte bytes ca cable cabo
cac cach cache cada cadrul cai cake cakes calculate calculated calculates calculating calculations calculator
calendar call callable callback called calling calls calm calming calmness calories cam camara cambia cambio cambios
came camera cameras campaign campaigns campana camping campo campus campusul can canal cancer cand candidate
candidates candles candy cang canh cannot canopy canvas cao cap capabilities capability capable capacity capaz
capital caps captivated captivating capture captured captures car caracteristica carbon card cardboard cards care
career careful carefully cargo carried carries carrots carry carrying cars cart cartoon cas casatorit case cases
casi caso casos cast casting castle casual casuali cat catch categories category catre cats cau caught causa causar
cause caused causes causing cautious cauza cay cazul cazuri ce cea cease ceea cei cekirdegi cel cele celebrate
celebration celebrity celestial cell cells celor celula celulas celule center centers central centrala centuries
century cerca ceremony certain certificate cesitli chac chain chair chairs challenge challenges challenging cham
chamadas chamber championship chan chance chang change changed changements changes changing channel channels chaos
chap chapter chaque char character characteristic characteristics characterized characters charge charged charging
charity charset chart charts chase chat chatbot chatbots chau chave chay che check checked checking checks cheddar
cheer cheerful cheese chef chemical chemistry cherish cherry chest chet chi chia chiamate chiave chicken chickens
chiec chiem chien chieu chiffrement child childhood children chili chinesischen chinh chino chinos chips chirping
chiu chloroplast chloroplasts chmod cho chocolate choi choice choices chon chong choose choosing chopped chose
chosen chronic chu chua chuan chuc chung chunks chuong church chuyen ci ciclo cientificos cifrado cifratura cift
cilantro cinci cinco cine cipher circle circles circuit circular circumference circumstances cita citarea citation
cities citizens city ciuda ciudad ciuma civil civila clades cladiri claim claimed claims clarity clase class classes
classic classification classified classify classroom clauses clave cle clean cleaner cleaning clear clearly click
clicked client clients climate climb clock cloisonne cloroplast cloroplasto cloroplastos close closed closely closer
closest closing clothes clothing cloud clouds cloudy cloves club cluster clustering clutter cm co coal coast coastal
coat code codes codice codigo coding coffee cognitive cogu cogunlukla coi coin cok cold coleccion colecciones
collaborate collaborating collaboration collaborative colleagues collect collected collecting collection collections
collective college collisions colonia colonos colony color colored colorful colors colour column columns com comando
comandos combat combinacao combinacion combinaison combination combinazione combine combined combines combining
combustible combustion come comedy comentarios comenzaron comenzo comes comfort comfortable comic comienza coming
comite command commande commands comme comment commentaire commentaires commenti comments commitment committed
committee common commonly commons communicate communicates communication communities community como compact compania
companias companies companiilor companion company compare compared compares comparing comparison compass compatible
compelling compete competition competitive competitors compiled compiles complaint completa complete completed
completing completion complex complexity complicated comply component components comportamentale comportamento
comportamiento compose composed composition compounds comprehensive compressed comprometer compromettere compromise
compromising compute computer computers computes computing comun comune comunes comunicacao comunicacion
comunicazione con concatenate concatenated concatenating concatenation concentration concept concepto concepts
concern concerns concise conclusion condition conditions conduct conducted condus conferencing conferit confidence
confident configuracao configuracion configuration configurazione configure configured configures configuring
confirm confirma confirmation confirmed conflict conflicto conflicts conform confusing confusion cong congestion
conjunction conjunto connect connected connecting connection connections connectivity conoce conocida conocido
consecutive consensus consent consequence consequences conservation conserve consider considera considerat
consideration considered considering consist consistency consistent consistently consisting consists console const
constant constantly constants constraints construccion construct constructed constructii construction constructor
construido consult consumed consumer consumers consumption cont contact contain contained container containers
containing contains contenido contenir content contents contenu conter conteudo context contextual continent
continua continually continue continued continues continuous continuously contra contract contrast contribute
contributing contributions control controle controlla controlled controller controllers controlling controllo
controlo controls controversial convenience convenient conversation conversations conversion convert converted
converting convertiria converts convey conveyed conveys convirtio cook cooked cookie cookies cooking cool cooling
cooperation coordinate coordinates cope copy copying coral core corect corn corners coronavirus corporate correct
correctamente correctement correctly corresponding correttamente cortafuegos cortisol corto cosine cost costs
costume cotton could count counter countless countries country counts couple courage course courses court cover
covered covering covers cozy crackers craft crash crashed crashing crate cream creamy crear creare creat creata
create created creates creating creation creative creativity creature creatures credentials credit creer crescut
creste crestere cresterea crew criar crickets crime criptografia crisis crisp crispy criteria critical critics
crittografia cross crossing crowd crucial cryptographic cryptography crystal css ct ctenoforos ctenophores cu cua
cuadrados cual cuales cualquier cuando cuatro cube cuc cucumbers cuerpos cui cuisine cultural culture cultures cum
cung cunku cunoscut cunoscuta cuoc cuoi cup cuprinde cups curiosity curious current currently curso cursor curva
custom customer customers customizable customization customized customs cut cutting cuu cyber cybersecurity cycle
cycling da dac daca dado dados daha daher dahil dahildir dai daily dal dam damage damaged damit dan dance dancing
dang danger dangerous danh dann dannoso dans dao dap dar darauf darin dark darkest darkness darunter das dass dat
data database databases datagram dataset datasets date dates dati dating dato datos dau davon day days dazu de deal
dealing deals death deaths debate debe deben deberia debido debit debug decada decade decades decat decide decided
decimal decision decisions deck declarat declaration declare declared decline decrease decreased decrypt decrypted
decryption dedicated dedication deemed deep deeper deeply def default defeated defense defensiva defensive define
defined defines defining definition deforestation degil degildir degli degradation degree degrees dei deja del delay
delete deleted deletes deleting delicate delicious delight deliver delivered delivering delivery della delle delta
dem demand demands democracy democratic demographic demonstrate demonstrates demos den denen denied denir deniz
dentro denumire denumirea denumit denumite deny deoarece departe department departments departure depend dependent
depending depends depicts deployment deposito depression depth der derece derecho deren derivative des desarrollado
desarrollar desarrollo desbordamiento deschis descoperit describe described describes describing description
descriptions descriptive desde deserialize deserialized deserializes desert desi design designated designed designer
designing designs desigualdad desire desired despite despre despues dessen dessert destination destinations
destroyed destruction destul detail detailed details deteccao deteccion detect detectar detected detecter detecting
detection detector determinar determinare determination determine determined determines determining deu devam
devastating deve develop developed developer developers developing development developments devem devenind devenit
devera deviation deviations device devices devina devlet devolva devolve devolver devrait devuelve dew dezvoltarea
dezvoltat df di dia diabetes diagnosis dialogue diameter dice diced dich dict dictionary did die died diem dien dies
diese diesem diesen dieser dieses diet dieu diez diferencias diferenta diferente diferentes diferite differ
difference differences different differently difficile difficult difficulties difficulty dificil diger digest
digital digits dijo dilemma dim dimension dimensions din dinastia dinh dini dining dinner dintre dio dioxide dip
direccion direcciones direct directa directamente directed direction directions directly director directorio
directory direkt diretorio dis disabilities disable disabled disabling disadvantages disaster disasters discount
discounts discover discovered discoveries discovers discovery discrimination discuss discussed discusses discussing
discussion disease diseases diseno dish dishes disinda disk disorders displacement display displayed displaying
displays dispute disrupting disruption distance distancing distant distinct distinguish distractions distribuido
distribuito distribute distributed distribution disturbare div diverse diversity divide divided dividing diving
divisible division divisor dizi do doan doar doc docs doctor document documentation documents does dog dogal dogru
dogrudan dogs doi doilea doing dollars dolphins domain domeniul domestic dominated don donating donde done dong
donnee donnees door dort dos dot doua double doubles dovrebbe down download downs drama draw drawing dream dreams
drei drept dreptul dress drew drink drinking drive driven driver drivers driving drop drops drugs dry dtype du dua
dual duc duce due dung duoc duoi duong dupa duplicates durante durata duration durch during dus dusuk duty duy
dynamic dynamically each eagle ear earlier early earn earned ears earth earthquake earthquakes ease easier easily
easy eat eating ebenfalls echoed echoes eclipses ecologiste economic economica economico economics economy ecosystem
ecosystems ecraser ecrire eden eder edge edificios edildi edilen edilir edilmektedir edilmis edit editing edu
educacion education educational efect efecto effect effective effectively effectiveness effects effectuer efficiency
efficient efficiently effort effortlessly efforts egalement egg eggs egitim ei eigenen eight ein eine einem einen
einer eines eingehenden eingerichtet eingesetzt either ejemplo ek ekonomik el elderly ele elecciones elected
election elections electric electrical electricity electronic electronics elegido element elements elenco elephant
elephants elimina elite ellos else elsewhere em email emails embargo embark embedded embrace embracing emerged
emergencies emergency emerging emissions emotion emotional emotions empathetic empathy empecher emperador emphasize
emphasizes employee employees employment empty en enable enabled enables enabling encoding encompasses encontrado
encontrar encounter encountered encounters encourage encourages encouraging encriptacao encriptacion encrypt
encrypted encryption encrypts encuentra encuentran end endangered ended endereco enderecos ending endless endlessly
endorphins ends energia energy enerji engage engaged engagement engaging engine engineer engineering engineers
engines enhance enhanced enhances enhancing enjoy enjoyable enjoying enough enregistrer ensemble ensure ensures
ensuring enter entered entering entertaining entertainment enthalt enthalten enthusiasts entire entirely entitled
entity entlang entonces entrada entraron entre entree entrepreneur entrepreneurs entry entwickelt entwickelte env
enviado enviar environment environmental environmentally environments envs ep episode epoca equal equality equals
equation equations equipment equipped equivalent er era eran erau erforderlich erhielt erkek erkennen erklaren
erklart erlaubt ermoglicht eroffnet erosion erreichen erreurs errichtet erroneamente error errores errors erros
erste erstellen ersten es esa escala escape escoces escrever escribio escribir escrito escuela escuelas ese
esistenti esit esitsizlik eski espacio especiales especially especies especifica especificar especifico essay
essence essential essere est esta estaba estaban establece establecio establish established establishment estado
estados estan estas este estilo estimate estimated esto estructura estudiantes estudio estudios et etc ete ethical
ethics etkili etkiye etme etmek etmektedir etre etti ettigi ettiler etwa eval evaluate evaluates even evening evenly
event events eventuali eventually ever every everyday everyone everything evidence evident evidente evil evitar
evitare evoke evolution exact exactly exam examinar examine example examples exceeding exceeds excel excellent
except exception exceptional exceptions excerpt excess excessive exchange excited excitement exciting exclusive
excuse exec executable execute executed executes executing execution exemplu exercise exercises exercising exhibit
exhibits exist exista existat existe existence existentes existing exists exit expand expanded expanding expanse
expansion expect expectations expected expenses expensive experience experienced experiences experiencia
experiencing experiment experiments expert expertise experts explain explained explaining explains explanation
explanations explica explicando explication explicit explicitamente explicite explicitement explicitly explicito
explizit exploitation exploration explore explorer explores exploring explosion exponents exposure express expresses
expression expressions extend extended extends extension extensive external externe externen extinction extra
extract extracted extraction extracts extreme extremely eye eyes fabric fac face faced faces facial facilitate
facilities facilmente facing fact factor factorial factorization factors factory facts facut fail failed fails
failure fair faire fake fall fallacy falling falls falsch false falso falsos familia families family famous fantasy
faptul far fara farkli farm farmaceutico farmacia farmacie farmer farmers farming fascinating fashion fast faster
fat fata fate father favorite fazla fear feat feature features featuring febrero februarie fee feed feedback feel
feeling feelings feels fees feet feita fel fell felt female ferramentas fest festivals fetch fever few fewer fi
fiber ficheiro fichier fichiers fiction fictional fie fiecare field fields fiery fight fighting figure figures fiind
file filename files fill filled filling fills film films filter filtering filters filtragem fin final finales
finally finance financial financiare finansal finanzielle find finden finding findings finds fine fingertips finish
finished fins fire firewall firm firma firmas firms first fish fishing fit fitness five fix fixed flag flagged
flagging flags flavor flavors flesh flexible flight flip float floor floors flour flow flower flowers flows flu
fluent fluffy fluid fly flying foarte focus focused focusing folder folk follow followed followers following follows
foloseste folosi folosit folosita fonction fonctionnalite fonctionner font food foods foot football footprint for
force forced forces forecast forecasting foreign forest forests forever forget forgotten form forma formacion formal
formarea formas format formation formats formatted formatting forme formed former formerly forming forms formula
fort forta forum forward fossil fost found foundation foundations founded founding four fourth fox frac fragrance
frame frames framework frameworks franceses franceza francezi franzosische fraud fraudulent free freedom frequency
frequent frequently fresh freshly friend friendly friends friendship frogs from front frozen fruhen fruher fruheren
fruit fruits fs ft fue fuel fuels fuente fuera fueron fuerte fuerza fuhren fuhrt fuhrte fuhrten full fully fun
funcao funcion funcionalidade funciones function functional functionality functioning functions fund fundamental
funding funds funf funny funzione fur furniture further future gab gadget gain gained game games gaming gan ganado
gang gap garantir garantire garden gardening gardens garlic gas gases gasit gather gathering gauge gave gay gaze
geandert gear gecen gecti gefuhrt gefunden gegen gehoren geht geldi gelen geleneksel gelir gelismis gen genannt
gender genel genellikle genera generador general generally generalmente generar generare generate generated
generates generateur generating generation generations generator generatore generer generic generieren genes genetic
genis genre gentle gently genuine genutzt gerador gerekli geri gesamten geschaffen gestion gestire get gets getting
ghi gi gia giac giai giam gian giant giao giap gibi gibt gift gifts gilt ginger gio gioi giong girar girl giu giua
giup give given gives giving glacial glaciers glass glasses gli global globalen globally glow glowing go goal goals
gobierno goc goes goi going gold golden gom gone good goodbye goods google gop gore gostermektedir gostermistir got
gov governing government governments grace gracefully grade grader grades gradient grado gradually graduate
graduates grain grains gran grand grande grandes grandeur grant granted grants grapes graph graphic graphics graphs
grass grateful gratitude grave gravity great greater greatest greatly green greenhouse greens greet greeting gresit
grew grid grill grilled groceries grocery grooming grosse grossen grosser grossere grosste grossten ground group
groups grow growing grown grows growth grup grupo grupos guc guclu guerra guess guest guests gui guidance guide
guidelines guides guiding guion guitar guneyinde gunumuze guvern guvernului ha habe haben haber habia habian habit
habitat habitats habits hace hacen hacer hach hacia had hai haiku hair hakkinda hala hale half halinde haline han
hand handle handled handler handles handling hands hang hangi hanh hap happen happened happens happiness happy hard
hardcoded harder hardware hareket harm harmful harming harmony has hash hashed hashes hashing hasta hat hats hatte
hatten hau haufig hauptsachlich hava have having hay hazlo he head header headers headline headlines heads health
healthcare healthier healthy hear heard hearing heart hearts heat heating heavily heavy hecho height heights heisst
held helix hello help helped helpful helping helps hem her herbs here herhangi hero herself hesitate het heures
heuristics heute heutigen hexadecimal hidden hide hiem hien hiep hieu high higher highest highlight highlighted
highlighting highlights highly highway hiking hill hills him himself hin hinh hire hired his historic historical
history hit hitting hizli hizo ho hoa hoac hoach hoan hoang hoat hobby hoc hoi hold holding holds hole holiday
holidays home homemade homes hon honesty honor hop hope horas horizon horizontal horror hospital host hosted
hostname hot hotel hour hours house household households houses housing how however href html http https hues huge
hugonotes hukumeti hum human humanity humano humans hummus humor humorous hundreds hunt hunting huong husband huu
huy hybrid hydration hydrogen hygiene hypotenuse hypothesis hypothetical iar ibn ice iceren icerir ich icin icinde
icindeki icon iconic id iddia idea ideal ideas identidad identificar identificare identified identifier
identifizieren identify identifying identities identity idiom idioms if ifade iframe ignite ignore ihn ihr ihre
ihrem ihren ihrer ihres ii iki ikinci il ilac ile ileri ilgili ilk illegal illness illnesses illustrate illustrates
illustration iltihap im image imagen imagery images imaginary imagination imaginative imagine imediatamente
immediately immediatement immer immersive immigration immune impact impacted impacts impedir impedire imperial
imperialism imperialismo impiedica implement implementa implementar implementare implementation implemente
implemented implementiert implementing implements implica implications implies import importance important
importanta importante importantes imported impossible impotriva impression impressive improve improved improvement
improvements improving in inaccurate inainte inappropriate inca incearca incentives incepe inceput inceputul inches
incident includ include included includere includes including incluir inclure inclusiv inclusive incluye incluyen
incoace income incoming incomplete inconvenience incorporate incorporates incorporating incorrect increase increased
increases increasing increasingly incredible incredibly increment indeed indem independence independent index
indexing indica indican indicando indicate indicates indicating indicator indices indirizzi indirizzo individual
individuals indulge industrial industries industry inegalitatea inequalities inequality infection infections
infectious inferior infiintata infinite infinitely inflammation influence influenced influencia influenta
influential inform informatii information informative informe informed infrastructure ingles ingredients initial
initialize initializes initiated initiative initiatives injection injury inklusive inner innerhalb innocent
innovation innovative input inputs inquiries insa insaat insan inseamna insects insecurity insert inserted inserting
inserts inside insight insights inspection inspiration inspire inspired inspires inspiring instability instalaciones
install installation installed instance instances instant instead instituciones institutii institution institutions
instruction instructions instrument insurance int integer integers integral integrate integrated integration integre
integrity intelligence intelligent intencao intended intensity intent intention intentionally intento interact
interacting interaction interactions interactive interest interested interesting interests interface interfaces
interfere interior intern interna internal international internet interpret interpretation interpreted interpretee
interpreting interromper interrompere interrumpir interval intervention interview into intre intreaga intreg
intricate introduce introduced introduces introducing introduction introductory intrucat invalid invasion invented
invention inventor inventory inverse invest investigate investigation investing investment invitation involve
involved involves involving ip iptables iron is ise isi island isolated isolation issue issues ist it item items
iterate iterating iteration iterations iterative iterator its itself iyi jacket je jede jeden jedes jedoch jegliche
jingle job jobs join joint joke jokes jos jour journalist journey jovenes joy joyful jpg js json judge juice juicy
jump jumped jur jurul just justice kabul kac kadar kadin kalan kam kamu kann karsi karsilik kaydedilen kaynak ke
keep keeping keine keinen kem kendi kendisi keo kept kernel ket ketchup key keyboard keys keyword keywords kg kha
khac khai khan khao khap khi khien khoa khoan khoang khoi khong khu khuan khuon ki kich kids kiem kien kieu
kilometre kilometres kilometri kilometros kim kind kindness king kingdom kinh kisa kit kitchen kiyasla kleine km
knew knife know knowing knowledge knowledgeable known knows konnen konnte konnten konusunda konzipiert kratia kucuk
kullanilir kuresel kuruldu kwargs ky la label labels labor lac lack lagerstatten lai laid lam lambda lan land landed
landfills landmarks lands landscape lang langa language languages lanh lansat lanzada lap laptop larga large larger
largest largo las last lasting lasts late lately later lateral latest latitude lau laufen laughing laughter launch
launched laundry law laws lay layer layers layout le lead leader leadership leading leads leaf learn learned
learning learns least leave leaves leaving led ledger left leg legal lege leggere legislacion legislation
legislative legitim legitimate legitimes legitimo legitimos legs leicht lemon len length lengths lenh les less
lesson let letter letters lettuce letzte letzten levar level levels ley li lib libpcap libraries library librerie
lich lidar lie liegen liegt lien lieu life lifespan lifestyle lift light lighter lighting lights lightweight like
likelihood likely likes limba lime limerick limit limita limitata limitations limited limits line linea linear lined
lines linh linii link linked links liquid list lista listas liste listen listener listeners listening listens
listing lists literary literature little live lived lives living llama llamadas llamado lleva llevar lo load loaded
loading loads loai loan loat loc local locale locales localiser localizacao localizar locally locals locate located
location locations lock locul log logged logging logic logica logical login logistics logo logs loi lokalen lon
lonely long longer longest longitude look looked looking looks lookup loop loops lop lor los loschen losing loss
losses lost lot lots loud louder love loved loves low lower lowercase lowest loyal loyalty lua luan luat luc luck
lucrari lucru luego lugar luggage lui lull lume lunar lunch lungs lungul luoc luoi luong lupus lush luu luxury ly
lyrics ma mac machine machines made magic magical magnitude mai main mainly maintain maintained maintaining
maintenance mais majestic majesty major majoritatea majority make makes making mal male maliciosa maliciosas
maliciosos malicious malloc malveillante malware mammals man manage manageable managed management manager manages
managing manchmal manejar manera mang manh maniere manipolazione manipulacao manipulate manipulation manner manual
manually manufacturing many mao map maquina mare margin mari marine mark marked markers market marketing markets
marriage married marry marvel mas masa mask masks mass massive master masterpiece mat match matches matching
material materials math mathematical mathematics matrices matrix matter mau max maximo maximum may mayo mayor
mayoria me meal meals mean meaning meaningful meanings means meant measure measurements measures measuring meat
mecanisme mecanismo meccanismo mechanics mechanism mechanisms media mediante medical medicamente medicamentos
medication medicina medicine medida medieval medievalis meditation medium medizinische meet meeting meets mehr
meisten mejor mellitus melodies melody melting member members membership membrii membru meme memorable memoria
memories memory men menores menos mensagem mental mention mentioned menu menudo mercado mercury mere merger mesh
mesmerizing message messages messaging met meta metal metaphor metaphors meter meters methane method methods metodo
metric metrics metropolitana mettre mevcut meydana mi mica mici middle miembro miembros mien mientras might mijlocul
mil mild mile miles milioane military milk millas million millions millones milyon minacce mind mindful mindfulness
minds mindset minerals minh mini minimal minimalist minimize minimizing minimum minor minutes miscare miscarea
misinterpreted misma mismo miss missed missing mission mistake mistaken mistakenly mistakes misunderstood mit
mitigar mitigate mittelalterlichen mix mixed mixture mm mo mobile mock mod mode model modeling modelos models modern
moderna moderne modernen modes modifiant modificacao modificacion modificando modificar modification modified
modifies modify modifying modo modular module modules modulo modulos moglicherweise moi molecular molecules moment
momento moments momentum mon money mong mongol mongola monitor monitorar monitorare monitoring monkeys month monthly
months monuments mood moon moonlight moral more morning most mostly mostrar mot mother motion motivated motivation
motor mountain mountains mouth move moved movement moves movie movies movimiento moving mua muc much muchos muda
muestra muestran muhtemelen mult multe multi multiple multiples multiplication multiply multiplying mundial mundo
muoi muon muscle muscles museum mushrooms music musical musician muss mussen must mustard mutual muy my myself
mysteries mysterious mystery na nach nam name named names namespace naming nang nao napkins narrative narrow nasil
nation national nations native natural naturala nature naturliche navigate navigating navigation nay ne near nearby
nearest nearly necesaria necesario necesita necessario necessary neck neden nedeniyle nedir need needed needs
negativa negative negatively negatives nehir neighborhood neighbors neither nel nen nenhum nerede neredeyse nervous
nested net network networking networks neu neue neuen neural neutral neutron never nevoie new newest newly news
newspaper next neydi ngan ngang nganh ngay nghe nghi nghia nghiem nghien nghiep ngo ngoai ngoi ngu nguoi nguon
nguyen nha nhac nham nhan nhanh nhap nhat nhau nhiem nhien nhiet nhieu nhin nho nhom nhu nhung ni nicht niem night
nights nine ningun ninguna nivel nivelul nn no noch node nodes noi noinput noise nombre nombres nome non none nong
nor nord normal normalerweise normally normalmente norms norte north nose not notable notation note notes nothing
noticed notifications notify notwendig nou noua nouns nouvelle nova novel now np nu nua nuclear nucleo nucleus nueva
nueve nuevo null num numar numarul number numbers numele numere numeri numerical numero numeroase numeros numerous
numesc numeste numit numpy nuoc nuova nur nutrients nutrition nutritional nutritious nuts nytimes oameni ob obesity
obfuscated obicei obiecte object objective objects objetivo objetos obras observation observations observe observed
obstacles obtained obvia obvious obwohl occasional occur occurred occurring occurs ocean oceans octombrie octubre
ocupa odd oder oeste of ofera oferit off offentlichen offer offered offering offerings offers office official offset
oficial oft often ofuscado ogni ogrenci oh ohne oil oksijen okullari okulu olabilir olacak olan olarak olcude old
older oldest oldu oldugu oldugunu oldukca olduklarini olive olmadigini olmak olmasi olmayan olmustur olsa olup
olusturan on once onceki one onemli ones ong ongoing onion onions onleyici online only ont onto onu op open opened
opening opens operaciones operacoes operate operates operating operation operational operations operator opinion
opinions opportunities opportunity opposite opposition optimal optimization optimize optimized optimizing option
optional optionally options or orange oranges orani orasului order ordering orders ore org organic organisiert
organisms organizacion organization organizational organizations organize organized ori orice orientalis original
originales originally originalmente orijinal ornegin ortaya os other others otherwise otras otro otros ou our out
outcome outcomes outdated outdoor outdoors outer outfit outgoing outline output outputs outside oven over overall
overcome overflow overhead overwhelmed overwriting owl own owner owners ownership owning oxi oxigen oxigeno oxigenul
oxygen oxys ozel pace pack package packages packaging packed packet packets padurea page pages paid pain painted
painting pair pairs pais paises palindrome pan pana pandas pandemia pandemic panels panic papel paper par para
paragraph paragraphs parallel parameter parameterized parameters parcasi parent parentheses parents park parks parse
parsed parses parsing part parte partea partes parti partial participants participate particle particles particular
particularibus particularly parties partir partner parts party pas pass passage passed passenger passengers passes
passing passion passionate passions passive password passwords past pasta pastoral path paths patience patient
patients patrati patru pattern patterns pay payload payment payments pcap pcapy pd pe peace peaceful peacefulness
peak peer pen pencil pencils pendant pentru people pepper peppers pequeno per perceive percent percentage perception
perfect perform performance performances performed performs perhaps perimeter perioada perioadei period periodically
periodicamente periodo periodos periods permettant permisos permissions permissoes permita pero perseverance
persistent person persona personal personale personality personalized personas personnel persons perspective
perspectives persuasive perturber pesar peste pestis pet petals petrol petroleo pets pha phai pham phan phao phap
pharmacist pharmacy phases phat phenomenon phep phi phia phien phieu philosophical philosophy pho phoi phone phones
phong photo photography photos photosynthesis phrase phrases phu phuc phuong physical physically physics piata pick
pickled picnic picture picturesque pie piece pieces pink pipeline pitch pivoter pixel pizza place placed places
plague plan plane planet planeta planets planning plans plant plants plastic plastics plate plates platform
platforms plausible play played player players playful playing playlist plays please pleased plenty plot plugging
plus pm poate poblacion poco podcast poder poderia podria poem poet poetic poetry point pointer pointers points
police policies policy polite politica political politice politicos politics politik politische politischen
pollutants pollution polynomial poner pool poor popular populara populate populated populatia populatie population
populations por porque port portable portion ports position positions positive positively positives positivity
positivos possa possess possibilities possibility possible post poster posterior posts pot potato potatoes
potenciais potencial potenciales potencialmente potential potentially potentiellement potenziali potrebbe pour
pourrait pouvoir poverty powder power powerful powers pozitia practica practical practice practices practicing prea
preamble preauthorized precious precipitation preciser precision precum predators predefined predict predicted
predicting prediction predictions predictive prefer preference preferences preferred prefix premium prende
preparation prepare prepared preprocessing presedinte presedintele presenca presence presencia present presentation
presente presented presents preserving president presidente presidential presion press pressing pressure prevederile
prevenir prevenire prevent preventing previous previously prey prezent prezenta prezentat prezinta price prices
pricing pride prim prima primarily primary prime primele primer primera primeras primero primeros primes primit
primo primul prin prince principal principales principalmente principio principios principle principles print
printed printer printing println prints prioritize prioritizing priority privacy privada privadas privata private
priveste privileges privind pro probabil probability probably problem problema problemas probleme problems proceso
process processed processes processing processo processor processus procesul procrastination produccion produce
produced producer produces producing producir product production productive productivity products produisent
profesor professional professionals proficient profile profit profitability profound program programa programma
programme programmed programming programs progress progression proiecte proiectele project projects projetado
promise promised promises promising promote promotes promoting promotion promotions prompt prompted promptly prompts
proper properly properties property propiedad propio proporcion proporcionar proportional proposal propose proposed
proposito proprio protagonist protect protected protecting protection protector protein protest protests protocol
protocolo protocols protokollieren prototype proud prove proven proverb provide provided provider providers provides
providing provisions proxy proyectos prueba pruebas prufen pseudocode psychological public publica publication
publice published pueblo pueda puede pueden puente pull pulled pulls punctuation punishment punto purchase purchased
purchases purchasing pure purple purpose purposes pursue push put putea putere puterea puternica putin putting
puzzle py python qua quadratic quaisquer qualification qualifications qualified qualify qualifying qualities quality
qualquer qualsiasi quan quando quantities quantity quarter que queen queries query quest question questions queue
qui quick quickly quien quiet quinoa quite quiz quoc quote quotes quy quyen quyet ra rabbit race racial radiation
radius ragmen rain rainbow rainforest rainy raise raised raises raising ramas ran rand random randomly rang range
ranges ranging rank rap rapid rapida rapidly raportul rare rat rate rates rather rating ratio rau raul raului raw
razon reach reached reaches reaching reaction reactions read readable reader readers reading reads ready real reale
realistic reality realized realizes realizing really reason reasoning reasons recall receipt receive received
receives receiving recent recently recherche recien recipe recipes recipient reckoned recognition recognize
recognized recommend recommendation recommendations recommended record recorded recording records rectangle
recurring recursive recursively recycle recycled recycling red rede redirect redirecting reduce reduced reduces
reducing reduction redundant redus reefs refer refera reference references referendum referitoare referred referring
refers refiere refine reflect reflecta reflecting reflection reflective reflects reform refreshed refreshing
regarding regardless regards regimes region regional regions registar register registers registrar registrare
registration registro regiunea regla reglas regle regles regola regole regra regras regression regula regular
regularly regulations reign reinado related relating relationship relationships relative relatively relax relaxation
relay release released releases releasing relevant reliability reliable relief relieve religioase religion religious
rely remain remained remaining remains remember remind reminder remote remotely remove removed removes removing
renamed render rendimiento renewable renvoie repeat repeatedly repeating repellent repertoire repetitive replace
replaced replacing reply report reported reports repositorio repository represent representation representative
represented representing represents reprezinta reputable reputation request requested requests require required
requirements requires research researching reseau reserved reset resets residence resilience resilient resistance
resmi resolution resolve resource resources respect respected respectful respective respectively respiratory respond
responding responds responsable response responses responsibilities responsibility responsible responsive respuesta
rest restaurant restaurants restituisce restore restoring restrict restricted restrictions result resulted resulting
results resume retail retailers retain rete retea retention retrieval retrieve retrieved retrieves return returned
returning returns reunion reusable reusit reveal revenue reverse reversed reverses review reviews revolution
revolutionary revolutionize rewarding rewrite rezulta rhyme rhymes rhyming rhythm rice rich richtig riddle ride
ridicat rieng right rights rilevamento rilevare rio rise rises rising risk risks rival river ro road roads roasted
robot robotic robots robust rock rocket rocks rodar roi rol role roles rolling rolu rolul romance romantic rong room
rooms root roots rose roses rotacion rotate rotation rotazione roughly round route routine row rows rugged ruins
rule rules ruleset run rung running runs ruotare rural rush rustle rustled rustling rut sa sach sacred sad sadece
sadness safe safety saglamak saglayan sahip sahipti sahiptir sai said salad salary sale sales salmon salsa salt same
sample samples san sand sandwich sandwiches sang sans sao sap sapte sase sat satellite satisfaction satisfied
satisfy satisfying sau sauce save saved saves saving savings saw say sayi saying says scalable scalar scale scan
scanner scanning scara scarce scenario scenarios scene scent scents schadlich schadlichen schedule scheme schimbarea
schnell school schools schottischen schreiben schrieb science scientific scientist scientists scoala scoli scolile
scope scopul score scores scratch screen script scripts scris scrivere se sea seafood search searching seas season
seasonal seasoned seasons seat seats sebep seccion secilmis secolul secolului second secondary seconds secret
secrets section sections sector secure securely securise securisee securite security see seed seeds seek seeking
seem seemed seems seen segments seguir segun segunda segundo segura seguranca seguridad seguro sehen sehir sei sein
seine seinem seinen seiner seines seit seja sekilde seklinde selbst select selected selecting selection self sell
selling sells selva sem semnificativ send sending sends sensation sense senses sensibili sensible sensibles
sensitive sensitivity sensivel sensors sent sentence sentences sentiment senza separate separated separately
separation sequence ser sera serene serenity seria serial serialization serialized serializes serie series serious
serve served server servers serves service services serving servitoris session sessions set setbacks setcap setenta
sets setting settings settled settlement settlers seu seven several severe severity sex seyahat sfarsitul shade
shades shadows shape shapes share shared sharing sharp she sheet sheets shelf shell shells shelter shift shimmer
shine shines shining ship shipping shirt shoe shoes shop shopping shore short shorter shortest should show showed
showing shown shows shredded shuffle shuffles shutil si sia sich sichere sicheren sicura sicurezza sicuro side sides
sido sie siendo sight siglo sign signal signals signature signatures signed significa significance significant
significantly signing signs siklikla silence silent silver sim simbolico simdi similar similarities similarity
simple simplicibus simplicity simplify simply simulate simulates simulation sin since sind sing singing single
singles sings sinh sino sira sirada sirasinda sistem sistema sistemas sistemi sistemul sit site sites sitting
situation situations sivil six siyasi size sizes sketch skies skill skilled skills skin skincare skip sklearn sky
skyline sleek sleep sleeping slice sliced slices slicing slide slightly slogan slogans slope slow slowly small
smaller smallest smart smarter smartphone smell smile smiles smiling smoking smooth smoothie snack snacks snippet
snow so soap soar soat sobre sobrescrever soc soccer social sociala sociale societies society socket soda sofort
soft software soglia soi soil solar sold soldiers solid solitary solitude soll sollte solo solution solutions solve
solved solves solving som some someone something sometimes son sondern song songs sonnet sonra soon soothing
sophisticated sorrow sorry sort sorted sorting sorts sorumlu sospechosa sospechoso sospetta sospetti sospetto sosyal
sot sotie soul souls sound sounds soup sour source sources south sowie sowohl soyundan sozialen space spacecraft
spaces spark spater spatiu speak speaker speaking speaks special specialized species specific specifica specifically
specificare specifications specifie specified specifier specifique specify specifying specii spectrum speech speed
speeds speichern spelling spend spending spent spezifiziert sphere spices spirit spirits split spoken sport sporting
sports spot spots spray spre spread spreadsheet spring sprinkled spus sq sqrt square squared squares src stability
stable stack staff stage stages stance stand standard standards standing stands stanza star stars start started
starter starting starts stat state stateful statele statelor statement statements states static station stations
statistical statistics stato status stay staying std stdin steady steal steam steel steht stellt stellte stem step
steps sticks still stir stitch stock stocker stocks stone stood stop stopping storage store stored stores stories
storing storm storms stormy story stove str straight strain strange stranger strategies strategy strawberries
strawberry strcat stream streaming streamline streams street streets strength strengths stress stretch stretches
stretching strict strife strikes string strings strip strips strive stroke stroll strong stronger struck struct
structure structured structures struggle struggles struggling stuck student students studia studies study studying
stuffed stumbled stunning sturdy style styles stylesheet su sua suat sub subject subjects submit submitted
subprocess subscription subsequent substring subtracting subtraction suc succeed succeeds success successful
successfully such sud sudden suddenly sudlich sudo suffering suffix suficiente sugar sugereaza suggest suggested
suggesting suggestion suggestions suggests suit suitable suits sul sum summarize summarizing summary summer sun
sunlight sunny sunrise sunset sunshine sunt suot superficie superhero superpower supervised supplies supply support
supported supporting supports supposed suprafata sur surdu sure surface surfaces surge suroeste surprise surrounded
surrounding surveillance survey surveys survival survive surviving sus suspect suspecte suspectes suspeita suspeito
suspeitos suspicious sustainability sustainable sustine sustinut sute suu swap sway sweeping sweet swept swim
swimming switch syllable symbol symbolic symbols symphony symptoms syntax system systeme systems ta table tables
tablespoons tablets tac tackle tag tagline tai tailored take taken takes takiben taking tale tales talk talking
talks tall tallest tam tamamen tamano tambem tambien tan tang tank tanto tao tap tape tara tarafindan tarde target
targeted tari tarile tarilor tarziu tasa tasarim task tasks taste tat tax taxes tay te tea teach teacher teachers
team teams teamwork tears teaspoon tech technical technique techniques technological technologies technology tecnica
tecnicas tecnico teenager teeth tek television televiziune tell telling tells temel temperatura temperature
temperatures template templates temple tempo temporalmente temporare temporarily temporary temsil ten tend tender
tener tenham tenia tense tension tensor tentativa tentativas tentative tentativi tentativo tentilla teori teoria
terenuri term termen termina terminal terminate terminated termination termino terms terrain territory test tested
testing tests text texts textual texture thac thach thai tham than thang thanh thank thao thap that thay the theater
their them theme themes themselves then theo theorem theories theory thep therapy there thereby therefore these
thesis they thi thich thick thien thiet thieu thin thing things think thinking third this tho thoai thoi thong those
though thought thoughts thousand thousands thrash thread threading threads threat threatened threats three threshold
thrilling thrive throat through throughout throw thu thua thuan thuat thuc thue thumb thunder thuoc thuong thus
thuyet tich ticket tie tiempo tien tiene tienen tieng tiep tierra tierras tiet tieu tight till tim timber time
timeless timeline timelines timely timeout timer times timestamp timp timpul timpului timpurii tin tine tinh tip
tipo tips tired tissues titei title titles to toa toan toast toate toc toda todas todavia today todo todos tofu
together toi token told toma tomato tomatoes tomorrow ton tone tong tonight too took tool tools toothpaste top topic
topics toplam toprak torch toss tot total toti touch tough tour tourist tournament toute toutes towards tower
towering town toy toys tra trabajo trach track tracking trade trading traditional traditionally traditionelle
traditions trafego traffic traffico trafic trafico trai trail train trained training traits tram tran trang tranh
tranquil tranquility transaction transactions transfer transform transformation transformed translation transmitted
transparency transparent transport transportation trao trap tras trash trauma travel traveler traveling travels
traves tre treasure treaties treatment treatments trebuie trecut tree trees trei tren trend trends tres tri trial
triangle tribul trich tried trien tries trieu trigger triggered triggers trigonometry trinh trip trips tro troi tron
trong tropical trouble tru truc truck true truly trung trunk truoc truong trust trusted truth truyen try trying tu
tua tuan tuc tum tun tune tung tuoi tuong tuple tuples tur turbina turbine turkey turn turned turning turns turu
tuturor tuvo tuy tuyen tuyet tweet twice twin twinkle twinkling twist twists two ty type types typical typically
typing uber uberprufen uberpruft ubertragen ubicacion uc ufw ul ulke ulkelerin ulterior ultima ultimate ultimately
ultimo um uma uman umbrella umfasst un una unabhangig unable unauthorized unberechtigten unbiased unblock
uncertainty und unde under underlying understand understanding une unei unele unemployment unethical unexpected
unfamiliar unforgettable ung ungefahr unico unicos uniform union unique unit units universal universalibus universe
universidad universitatea universite university unknown unnecessary uno unor unos unter unterscheiden unterteilt
until untrusted unui unul unusual uoc up upcoming update updated updates updating upload upon ups urban urgent urma
urmata ursprunglich ursprunglichen us usa usada usado usage usando usar usare usata use used useful user username
users uses using uso usual usually usuario usuarios usw utensils utente utenti util utilisant utilisateur utilisee
utiliser utiliza utilizada utilizando utilizar utilizing utilizzando utilizzare utils uu uy uyeleri uyesi uzere
uzerinde uzerindeki uzerine uzun va vacation vaccine vacuum vai valid valida validar validas validate validated
validates validation valoare valor valores valuable value valued values van vang vao vapor var vardir variable
variables varias variations variedad variety varios various vary varying vast vastness vat vay vd ve veba veces
vechi vector vectors vegan vegetable vegetables vegetarian veggies vehicle vehicles velocity venture verantwortlich
verb verdachtiger verdi verfugt verhindern verificar verification verifier verifies verify verifying verilen
verloren veroffentlicht versatile verschiedene verschiedenen verse version versions versucht vertical vertices
verwenden verwendet very vest veto veya vez vi via viable viata vibrant victory vida video videos viec viel viele
viem vien viene vier viet view viewing views village villain vinegar violent virtual virtud virus viruses visibility
visible vision visit visiting visitors visual visualization visualizations visually vital vivid vo vocabulary voi
voice void volcano volume vom von vong vor vordefinierter vorubergehende vote voted votes voting vs vu vuc vuelo
vulnerabilidades vulnerabilita vulnerabilities vulnerability vulnerable vung vuong wahrend wait waiting wake walk
walked walking walks wall walls want wanted wants war ware waren warm warmer warming warmth warning was washing
waste watch watching water waters wave waves way ways we weaknesses wealthy wear wearing weather web webpage website
websites wedding week weekend weeks wegen weight weil weit weitere weiterer welche welchem welchen welcher welcome
welcoming well wellness weniger wenn went werden were west westlich what wheat wheel when whenever where whereas
wherever whether which while whimsical whisper whispering whispers white whitelist whitelisted whitelisting who
whole whose why wide widely widespread width wie wieder wife wikimedia wikipedia wild wildflowers wildlife will
willing willingness win wind winding window windows winds wine wings winner winning winter wird wireless wise wish
wishes with withdrawn within without wo woman women won wonder wonders wondrous wood wooden woods word worden words
work worked worker workers working workouts workplace works world worlds worldwide worries worry worth would wrap
wrapped wrapper write writer writes writing written wrong wrote wurde wurden www xa xac xam xay xem xep xet xu xuat
xuc xung xuong ya yagmur yakin yaklasik yalnizca yana yani yanlisi yapan yapi yapilan yapilmasi yapti yardimci yasal
yasam yasayan yaygin yazdi year years yellow yeni yeniden yer yerel yerini yerlesim yet yeu yield yil yilda yilinda
yoga yogurt yol yolu you young younger your yours yourself youth yuksek yuzyilda yuzyilin zahlen zaman zamanda
zamandan zece zehn zeigt zeigten zero zi zip zivilen zona zone zoo zorunda zu zum zur zuruckgibt zuzugreifen zwei
zweite zwischen
`
