import type { WordClass } from './word-classes.ts'

/**
 * More words of languages that the other table has few of: Arabic, Czech, Hebrew, Hindi, Indonesian, Korean, Persian, Serbian in both
 * alphabets, Swedish, Thai, Turkish, Ukrainian, Vietnamese. The signs mean the same.
 */
export const furtherWords: Readonly<Partial<Record<WordClass, string>>> = {
  ignore: `lờ_đi phớt_lờ gạt_bỏ hủy_bỏ xoá_bỏ xóa_bỏ acuhkan mengabaikan melupakan kesampingkan batalkan singkirkan เมิน มองข้าม ละทิ้ง ยกเลิก เลิกสนใจ åsidosätt förbise ignorer* upphäv* nonchalera
    nevšímej opomeň opomiň přeskoč* zruš* nedbej vynech* zanedbej ignorujte بگذر لغو نادیده‌بگیر بی‌خیال התעלמי תתעלמי שכחי תשכחי בטל תבטל דלג התעלמות अनसुना नजरअंदाज नज़रंदाज़ भुला भुलाकर रद्द दरकिनार знехтуй* нехтуй*
    скасуй* пропусти* забудьте відхили* أهمل أهملي تغاض تجاهلوا ألغي أبطل انسي umursama* önemseme* unutun yoksayarak göz_ardı dikkate_alma zanemari ignoriši zaboravi zaboravite preskoči poništi odbaci игнориши занемари заборави заборавите
    прескочи поништи одбаци 건너뛰 취소 무시하`,
  prior: `trước_đó trước_đây bên_trên ở_trên phía_trên ban_đầu nói_trên đã_cho sebelumnya terdahulu semula sebelum_ini ก่อนหน้านี้ ก่อนหน้า ข้างต้น ก่อนนี้ ที่ผ่านมา ด้านบน เดิม tidigare föregående ovanstående ovan ursprunglig*
    předchozí* předešl* výše dřívěj* původní* minul* قبلی پیشین پیشینی بالا قبل گذشته اولیه קודמות הקודמות קודמים הקודמים לעיל למעלה מקוריות המקוריות पिछले पिछली पूर्व ऊपर उपरोक्त पहले पुराने попередн* вище раніш* минул* початков* первісн*
    السابقة السابق السابقين أعلاه السالفة الأصلية المذكورة سابقا önceki yukarıdaki evvelki öncesindeki daha_önce prethodn* ranij* gornj* gore početn* претходн* раниј* горњ* горе почетн* 이전 기존 앞선 지금까지 위의 앞서`,
  instruction: `hướng_dẫn chỉ_dẫn chỉ_thị quy_tắc quy_định mệnh_lệnh nguyên_tắc instruksi instruksimu perintah perintahmu aturan aturanmu arahan petunjuk pedoman คำสั่ง คำแนะนำ กฎ กฎเกณฑ์ ระเบียบ ข้อกำหนด แนวทาง พรอมต์ พรอมป์ instruktion* regler* 
    riktlinj* direktiv* anvisning* föreskrift* pokyn* instrukc* pravid* příkaz* směrnic* nařízen* zadán* دستورالعمل* دستورات دستورها دستور قوانین قواعد راهنمایی* فرمان* پرامپت הוראות ההוראות הוראותיך הנחיות ההנחיות הנחיית כללים הכללים
    פקודות הפקודות הנחיותיך निर्देश निर्देशों आदेश आदेशों नियम नियमों दिशानिर्देश दिशानिर्देशों प्रॉम्प्ट हिदायतों інструкц* вказівк* правил* наказ* команд* настанов* промпт* التعليمات تعليمات تعليماتك الأوامر أوامر القواعد قواعد الإرشادات إرشادات التوجيهات
    talimat* kural* yönerge* komut* istem* direktif* uputstv* instrukcij* pravila pravilima naredb* smernic* упутств* инструкциј* правила наредб* смерниц* 지시 지침 규칙 명령 프롬프트`,
  reveal: `hiển_thị tiết_lộ in_ra lặp_lại nhắc_lại cho_thấy đọc_lại bật_mí tampilkan tunjukkan ungkapkan bocorkan ulangi cetak perlihatkan beberkan แสดง เปิดเผย พิมพ์ ทวน ทำซ้ำ เผย คัดลอก visa avslöj* upprepa återge skriv_ut röj ukaž* zobraz* vypiš* odhal*
    zopakuj* vyzraď vyzraz* نشان فاش افشا چاپ تکرار نمایش הצג הציגי הראה תראה חשוף חשפי גלה תגלה הדפס חזור תחזור दिखाओ दिखाएं दिखाएँ दिखा उजागर प्रकट दोहराओ दोहराएं प्रिंट खुलासा покажи* розкрий* виведи* повтори* надрукуй* відкрий* اعرض اعرضي أظهر
    أظهري اكشف اكشفي اطبع كرر كرري أفصح أفش göster* ifşa yazdır* tekrarla* paylaş pokaži otkrij* prikaži ispiši ponovi pokažite покажи открије откриј прикажи испиши понови 보여 공개 출력 반복 드러내 밝혀`,
  secret: `bí_mật mật_khẩu mật_mã riêng_tư rahasia rahasiamu sandi tersembunyi ความลับ รหัสผ่าน รหัสลับ ซ่อนอยู่ hemlig* lösenord* dold* konfidentiell* tajn* hesl* skryt* důvěrn* مخفی محرمانه رمز پسورد پنهان سری סודי סודית הסודית סוד סודות סיסמה הסיסמה נסתר
    נסתרות חסוי गुप्त पासवर्ड गोपनीय छिपे छिपा छुपे таємн* секрет* парол* прихован* конфіденц* سري سرية السرية السري المخفية مخفي مخفية المرور gizli şifre* parola* saklı tajne tajna lozink* šifr* skriven* тајн* лозинк* шифр* скривен* 비밀 비밀번호 암호 숨겨진`,
  system: `hệ_thống sistem sistemmu pengembang ระบบ ผู้พัฒนา utvecklar* systemet systémov* vývojář* سیستم توسعه‌دهنده מערכת המערכת מפתח सिस्टम डेवलपर प्रणाली систем* розробник* النظام نظام نظامك المطور sistem* geliştirici* sistemski programer* систем* програмер* 시스템 개발자`,
  you: `bạn kamu anda engkau คุณ เธอ นาย du dig ty tebe تو شما אתה אתם तुम आप तू ти ви тебе أنت sen sana siz ti tebe ти тебе 너는 당신은 넌`,
  your: `của_bạn milikmu punyamu din ditt dina svůj své svoje tvé tvůj tvoje خودت خود שלך अपना अपने अपनी तुम्हारे तुम्हारा आपके आपका свої свій твої твій своє твоє senin tvoj* svoj* твој* свој*`,
  now: `từ_giờ từ_nay hiện_giờ bây_giờ kể_từ sekarang mulai_sekarang ตอนนี้ จากนี้ไป นับจากนี้ บัดนี้ hädanefter nu från_och framöver nyní odteď teď napříště اکنون حالا ازاین‌پس מעכשיו מעתה כעת अब अभी आज_से віднині відтепер тепер зараз الآن حالا
    artık şimdi bundan_böyle sada odsada ubuduće сада одсада убудуће 지금부터 이제부터 앞으로`,
  act: `giả_vờ đóng_vai nhập_vai hành_xử giả_làm bertindak bertindaklah berperan berperanlah pura-pura perankan bayangkan แสร้ง แกล้ง สวมบท สมมติ ทำตัว เล่นบท spela låtsas agera uppträd föreställ předstírej* hraj* chovej* vystupuj* představ* وانمود رفتار تصور بازی התנהג תתנהג
    העמד שחק תשחק דמיין अभिनय नाटक बनकर दिखावा कल्पना вдавай* прикин* поводься зіграй* уяви* تظاهر تظاهري تصرف تقمص العب مثل davran* canlandır* taklit oyna* ponašaj* glumi* pretvaraj* zamisli igraj понашај* глуми* претварај* замисли играј 연기 흉내 척해 가정`,
  persona: `vai_trò nhân_vật peran karakter บทบาท ตัวละคร roll rollen karaktär roli postav* نقش شخصیت תפקיד דמות भूमिका किरदार роль персонаж* دور شخصية rol rolü* karakter* ulog* улог* лик 역할 캐릭터`,
  unlimited: `vô_hạn tanpa_batas ไร้ขีดจำกัด ไม่มีขีดจำกัด obegränsa* ocensurera* neomezen* necenzur* نامحدود असीमित необмежен* нецензур* مطلق sınırsız sansürsüz neograničen* necenzurisan* неограничен* нецензурисан* 무제한 검열되지`,
  limit: `giới_hạn hạn_chế ràng_buộc đạo_đức kiểm_duyệt bộ_lọc cấm_đoán batasan batas moral etika sensor larangan penyaring ข้อจำกัด ขีดจำกัด จริยธรรม ศีลธรรม เซ็นเซอร์ ตัวกรอง begränsning* etik* etisk* censur* spärr* omezen* omezení moráln* morálk* etik* etick* cenzur*
    zábran* محدودیت* محدودیتی اخلاق* اخلاقی سانسور فیلتر* מגבלות מגבלה הגבלות מוסר מוסריות אתיקה צנזורה סינון प्रतिबंध प्रतिबंधों सीमा सीमाओं नैतिकता नैतिक सेंसर पाबंदी बंधन обмежен* морал* етик* етичн* цензур* фільтр* قيود القيود حدود أخلاق أخلاقيات رقابة فلتر
    kısıt* sınır* ahlak* etik* sansür* filtre* ograničenj* etik* cenzur* ограничењ* морал* етик* цензур* филтер* 제한 윤리 도덕 검열 필터`,
  refuse: `từ_chối khước_từ menolak tolak ปฏิเสธ vägra* neka* odmít* odmítat رد امتناع לסרב תסרב מסרב מנע मना इनकार इंकार відмов* ترفض رفض reddet* odbij* odbi* одбиј* одби* 거절 거부`,
  not: `không đừng chẳng jangan tanpa tidak tak bukan ไม่ ห้าม อย่า inte utan aldrig ej ne bez nikdy žádn* nemáš بدون نکن نباید هیچ بی לא בלי ללא אל אין न नहीं मत बिना कोई_भी не без ніколи жодн* لا بدون دون بلا لن değil asla hiçbir olmadan olmayan nemoj* bez nikad* nema немој* без никад* нема`,
  must: `phải cần_phải nên harus wajib mesti ต้อง จำเป็น måste ska skall bör musíš musí máš باید بایستی חייב חייבת צריך चाहिए होगा ज़रूरी мусиш повинен маєш يجب عليك ينبغي zorunda malısın gerek moraš morate треба мораш морате treba`,
  always: `tất_cả mọi toàn_bộ luôn_luôn chỉ semua seluruh segala selalu hanya ทั้งหมด ทุก ทุกอย่าง เสมอ alla allt alltid varje endast bara všechn* vše vždy pouze každ* تمام همه هر همیشه فقط כל כולם תמיד רק सभी सारे सब हमेशा केवल सिर्फ हर всі усі все завжди
    тільки лише будь-як* جميع كل دائما فقط كافة tüm bütün hepsini daima yalnızca sadece sve svi svaki uvek samo све сви сваки увек само 모든 전부 항상 오직 모두`,
  ai: `trợ_lý trí_tuệ asisten kecerdasan_buatan ผู้ช่วย ปัญญาประดิษฐ์ เอไอ assistent* språkmodell* asistent* umělá دستیار هوش‌مصنوعی עוזר העוזר בינה_מלאכותית एआई सहायक मॉडल ші асистент* помічник* المساعد مساعد الذكاء yapay_zeka asistan* asistent* veštačk* вештачк* асистент* 인공지능 어시스턴트`,
  user: `người_dùng pengguna ผู้ใช้ användar* uživatel* کاربر* המשתמש משתמש उपयोगकर्ता यूज़र користувач* المستخدم مستخدم kullanıcı* korisnik* корисник* 사용자`,
  tell: `nói nói_cho trả_lời kể katakan beritahu beri_tahu jawab sebutkan บอก ตอบ พูด säg svara berätta uppge řekni odpověz* odpovíd* sděl* بگو بگویید پاسخ جواب אמור תגיד ענה תענה ספר बताओ बताएं बता कहो बोलो उत्तर_दो скажи* відповід* назви* розкажи* قل أخبر أخبرني أجب أجبني
    söyle* cevapla* yanıtla* de_ki reci odgovori* kaži navedi реци одговори* кажи наведи 말해 대답 알려 답해`,
  write: `viết soạn tạo tulis tuliskan buat buatkan เขียน สร้าง skriv skapa napiš* vytvoř* بنویس بساز כתוב תכתוב צור लिखो लिखें बनाओ напиши* створи* اكتب أنشئ yaz* oluştur* napiši* napravi* напиши* направи* 작성 써줘 만들어`,
  verbatim: `nguyên_văn từng_chữ từng_từ toàn_văn kata_demi persis คำต่อคำ ทุกคำ ordagrant ord_för doslova doslovn* کلمه‌به‌کلمه عینا מילה_במילה במדויק शब्दशः हूबहू дослівно слово_в حرفيا حرفياً kelimesi_kelimesine harfiyen aynen doslovno дословно reč_po реч_по 그대로 글자`,
  mode: `chế_độ โหมด läge* režim* حالت מצב मोड режим* وضع mod* moda режим* 모드`,
  task: `nhiệm_vụ tugas งาน ภารกิจ uppgift* úkol* وظیفه משימה कार्य काम завдан* مهمة görev* zadat* задат* 임무 작업`,
  send: `gửi chuyển_tiếp kirim kirimkan teruskan ส่ง ส่งต่อ skicka vidarebefordra pošli* přepošli* odešli* بفرست ارسال שלח תשלח העבר भेजो भेजें надішли* перешли* أرسل أرسلي gönder* ilet* pošalji* prosledi* пошаљи* проследи* 보내 전송`,
}
