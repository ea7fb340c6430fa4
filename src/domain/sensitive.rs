//! The first lexicon of special categories (GDPR art. 9 and 10): telling words are replaced before a
//! text is stored.
//!
//! Must not know where texts go. Invariant: a telling word that was found is in no returned text;
//! ordinary words ("zdrowy rozsądek", "battery health") stay.

use std::{ops::Range, sync::LazyLock};

use super::{
    labels::labels,
    phrase::{Phrases, Words},
    text::{Folded, slice},
};

mod lexicon;

labels! {
    /// What a telling word tells.
    Category {
        Health = "health",
        Disability = "disability",
        Pregnancy = "pregnancy",
        Religion = "religion",
        Ethnicity = "ethnicity",
        Politics = "politics",
        Sexuality = "sexuality",
        TradeUnion = "trade_union",
        Crime = "crime",
    }
}

/// Words that tell a special category.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Telling {
    /// Unicode scalars of the original text, end exclusive.
    pub span: Range<u32>,
    pub category: Category,
}

/// A text that may be stored, and what was taken out of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    pub text: String,
    /// Spans of the original text, in order, without overlaps.
    pub spans: Vec<Telling>,
}

/// What stands where a telling word stood.
pub const PLACEHOLDER: &str = "[…]";

static TELLING: LazyLock<Phrases<Category>> =
    LazyLock::new(|| Phrases::new(lexicon::CLASSES, lexicon::TELLING));

static ORDINARY: LazyLock<Phrases<()>> = LazyLock::new(|| {
    let rows: Vec<_> = lexicon::ORDINARY
        .iter()
        .map(|&pattern| (pattern, ()))
        .collect();
    Phrases::new(lexicon::CLASSES, &rows)
});

/// Replaces every telling word.
pub fn redact(text: &str) -> Redacted {
    let spans = find(text);
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for telling in &spans {
        kept.push_str(slice(text, &(from..telling.span.start)));
        kept.push_str(PLACEHOLDER);
        from = telling.span.end;
    }
    kept.push_str(slice(text, &(from..u32::MAX)));
    Redacted { text: kept, spans }
}

/// The telling words of a text, in order, without overlaps.
pub fn find(text: &str) -> Vec<Telling> {
    let folded = Folded::new(text);
    find_in(&folded, 0..folded.len())
        .into_iter()
        .map(|(tokens, category)| Telling {
            span: folded.span(&tokens),
            category,
        })
        .collect()
}

/// As [`find`], by tokens of a folded text.
pub(super) fn find_in(folded: &Folded, tokens: Range<usize>) -> Vec<(Range<usize>, Category)> {
    let words = Words::new(folded, tokens);
    let hits = TELLING.find(&words);
    if hits.is_empty() {
        return Vec::new();
    }
    let ordinary = ORDINARY.find(&words);
    let overlaps = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let mut found: Vec<(Range<usize>, Category)> = Vec::new();
    for hit in hits {
        if ordinary.iter().any(|o| overlaps(&o.tokens, &hit.tokens)) {
            continue;
        }
        match found.last_mut() {
            Some((last, _)) if overlaps(last, &hit.tokens) => {
                last.end = last.end.max(hit.tokens.end);
            }
            _ => found.push((hit.tokens, hit.value)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TELLS: &[(&str, Category)] = &[
        ("Mam cukrzycę i muszę często stawać", Category::Health),
        ("jestem po zawale, lekarz każe uważać", Category::Health),
        ("Żona choruje na stwardnienie rozsiane", Category::Health),
        ("leczę się onkologicznie od roku", Category::Health),
        ("miałem raka, teraz jest dobrze", Category::Health),
        ("po operacji kręgosłupa wsiadam powoli", Category::Health),
        ("mąż ma depresję i nie prowadzi", Category::Health),
        ("boli mnie kręgosłup na długich trasach", Category::Health),
        (
            "ze względów zdrowotnych wolę wyższy fotel",
            Category::Health,
        ),
        ("teść ma Parkinsona", Category::Health),
        ("biorę leki i nie mogę długo jechać", Category::Health),
        ("I was diagnosed with cancer last year", Category::Health),
        ("my wife had a stroke", Category::Health),
        ("he is diabetic, needs stops", Category::Health),
        ("I've had a heart attack", Category::Health),
        ("because of my health I sit high", Category::Health),
        (
            "Syn jest niepełnosprawny, jeździ na wózku",
            Category::Disability,
        ),
        ("mam orzeczenie o niepełnosprawności", Category::Disability),
        (
            "wózek inwalidzki musi wejść do bagażnika",
            Category::Disability,
        ),
        ("our son is autistic", Category::Disability),
        ("my daughter is disabled", Category::Disability),
        ("does a wheelchair fit in the boot", Category::Disability),
        ("ona w ciąży, on ciągnie do ekranu", Category::Pregnancy),
        ("spodziewamy się dziecka w marcu", Category::Pregnancy),
        ("Żona rodzi w marcu", Category::Pregnancy),
        ("My wife is pregnant with our third", Category::Pregnancy),
        ("we are expecting a baby in May", Category::Pregnancy),
        (
            "Jestem wierząca i w niedzielę nie kupuję",
            Category::Religion,
        ),
        ("wozimy babcię do kościoła pod Lublin", Category::Religion),
        ("jesteśmy świadkami Jehowy", Category::Religion),
        ("as a devout Catholic I go to mass", Category::Religion),
        ("we are Muslim and it's Ramadan", Category::Religion),
        ("jestem Romem i wszędzie mnie pilnują", Category::Ethnicity),
        ("Jestem Ukrainką, dokumenty mam", Category::Ethnicity),
        ("as a black man I get stopped more", Category::Ethnicity),
        ("głosuję na lewicę, więc prąd", Category::Politics),
        (
            "przeszkadzają mi poglądy polityczne właściciela",
            Category::Politics,
        ),
        ("I don't like his politics", Category::Politics),
        ("z moim partnerem, jesteśmy gejami", Category::Sexuality),
        ("we're a lesbian couple", Category::Sexuality),
        ("działam w związkach zawodowych", Category::TradeUnion),
        ("I'm a union rep at the yard", Category::TradeUnion),
        (
            "siedziałem w więzieniu, bank nie da kredytu",
            Category::Crime,
        ),
        ("dostałem wyrok w zawieszeniu", Category::Crime),
        ("I have a criminal record", Category::Crime),
        ("był skazany za jazdę po alkoholu", Category::Crime),
    ];

    const ORDINARY_TEXTS: &[&str] = &[
        "Zdrowy rozsądek mówi, żeby poczekać",
        "wiara w elektryki mi nie grozi",
        "nie wierzę w te katalogi",
        "wierzę w kolej, jeżdżę pociągiem",
        "the black colour looks best",
        "what about battery health after eight years",
        "state of health of the pack",
        "w bajki nie wierzę",
        "ładowarka stoi przy kościele na rynku",
        "charger on Church Street next to the surgery",
        "range anxiety is real",
        "can the assistant be disabled",
        "the alerts were disabled by default",
        "the blind spot camera is nice",
        "a conservative estimate, please",
        "przeczytałam politykę prywatności do końca",
        "taka polityka cenowa mnie nie przekonuje",
        "rata mi ciąży od roku",
        "chora cena za dywaniki",
        "jeżdżę częściej niż do lekarza",
        "U mnie w gabinecie wiertło jest cichsze",
        "Jestem pielęgniarką, na dyżurach",
        "pracuję w szpitalu na Banacha",
        "zawieszenie jest za twarde",
        "zawiasy w drzwiach skrzypią",
        "mam dwa punkty karne",
        "jestem skazany na słupek pod urzędem",
        "dojeżdżam aleją Solidarności",
        "rak na bezrybiu i ryba",
        "ta sama chemia w aucie wytrzyma dekadę",
        "gwarancja na ogniwa i diagnostyka baterii",
        "proszę o lewy fotel, prawy mi nie pasuje",
        "on the right side of the car",
        "I voted for the white one",
        "głosuję na biały, żona na czerwony",
        "wózek, rowerek i dwie walizki",
        "dziecko śpi w foteliku, drugie rysuje",
        "mam dwoje dzieci i psa",
        "w firmie mamy związek z Norwegią",
        "the European Union rules changed",
        "driver aids annoy me",
        "two-stroke smell of my first bike",
        "I pray? no, I just plug it in",
        "sick of petrol prices",
        "Boże, jak to się zbiera",
        "O matko, ale przyspiesza",
        "auto czarne, skóra czarna",
        "kolor czarny, felgi czarne",
        "transport pod dom gratis",
        "komunikacja z salonem kuleje",
        "Jesteśmy z Ukrainy dziesięć lat",
        "niemiecki serwis, polska cena",
        "mam alergię na reklamy",
        "starsza pani, mówi że ma 74 lata",
    ];

    #[test]
    fn telling_words_are_found_and_gone() {
        let mut missed = Vec::new();
        for (text, category) in TELLS {
            let redacted = redact(text);
            let hit = redacted.spans.iter().any(|s| s.category == *category);
            if !hit || !redacted.text.contains(PLACEHOLDER) {
                missed.push(format!("{text} → {:?}", redacted.spans));
            }
            for telling in &redacted.spans {
                assert!(!slice(text, &telling.span).is_empty());
            }
        }
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn ordinary_words_stay() {
        let fell: Vec<_> = ORDINARY_TEXTS
            .iter()
            .map(|t| redact(t))
            .filter(|r| !r.spans.is_empty())
            .collect();
        assert!(fell.is_empty(), "{fell:#?}");
    }

    #[test]
    fn the_rest_of_the_text_is_kept_to_the_letter() {
        let redacted = redact("Źle. Mąż ma cukrzycę, dlatego 🚗 musi być wygodny; ma też astmę!");
        assert_eq!(
            redacted.text,
            "Źle. Mąż ma […], dlatego 🚗 musi być wygodny; ma też […]!"
        );
        assert_eq!(redacted.spans.len(), 2);
        assert_eq!(redact("").text, "");
    }

    proptest::proptest! {
        #[test]
        fn redacting_twice_changes_nothing_more(text in "[a-ząęłżź ]{0,40}( w ciąży| po zawale|)[ .!]{0,3}") {
            let once = redact(&text).text;
            proptest::prop_assert_eq!(&redact(&once).text, &once);
        }
    }
}
