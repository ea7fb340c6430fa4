//! Tables of what people say, a family of expressions a group.

use crate::domain::{
    labels::Lang,
    slots::{SlotValue, Stated, extract},
};

/// What a text states, as "key=value" in the order of the keys.
fn said(text: &str, lang: Lang) -> String {
    let show = |s: &Stated| {
        let value = match &s.value {
            SlotValue::Text(text) => text.clone(),
            SlotValue::Number(n) => n.to_string(),
            SlotValue::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            SlotValue::Choice(id) => id.clone(),
        };
        format!("{}={value}", s.key)
    };
    extract(text, lang)
        .iter()
        .map(show)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every case at once, so that a change shows all it breaks.
fn check(cases: &[(&str, &str)], lang: Lang) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|&(text, expected)| (text, expected, said(text, lang)))
        .filter(|(_, expected, said)| said != expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn polish_statements() {
    let cases = [
        (
            "Do pracy i z powrotem robię 36 kilometrów dziennie",
            "commute_km=18",
        ),
        ("Do roboty mam 64 kilometry w jedną stronę", "commute_km=64"),
        (
            "Robię trzydzieści tysięcy kilometrów rocznie",
            "yearly_km=30000",
        ),
        ("Odłożone mam dwadzieścia parę tysięcy", ""),
        (
            "Mam 190 tysięcy, gotówka, na osobę prywatną",
            "budget_pln=190000 financing=cash company_form=private",
        ),
        (
            "Rata do 2100 miesięcznie, leasing",
            "monthly_budget_pln=2100 financing=leasing",
        ),
        ("U konkurencji mam podobny za 189 tysięcy", ""),
        ("Leasing czy gotówka, co się bardziej opłaca?", ""),
        ("Kredytu nie chcę", ""),
        ("Imprezę sprzedałam w zeszłym miesiącu", ""),
        ("Sąsiad ma Octavię", ""),
        ("Jeżdżę Octavią, kolega ma Passata", "current_car=Octavia"),
        ("Porównuję z Passatem", ""),
        ("Jest nas pięcioro", "household_size=5"),
        ("Troje dzieci i pies", ""),
        ("Mam dwoje dzieci", ""),
        (
            "W bloku ładowarki nie mamy, spółdzielnia odmówiła",
            "home_charging=no",
        ),
        ("Gniazdko mamy w garażu, siłę też", "home_charging=yes"),
        ("Czy gniazdko w garażu wystarczy?", ""),
        ("Na dachu 9,8 kWp", "pv_kwp=9.8"),
        ("Prowadzę spółkę jachtową", ""),
        ("Bierzemy na spółkę", "company_form=company"),
        ("Biorę w tym tygodniu, jak cena się zgadza", "timeline=now"),
        ("najwcześniej za cztery miesiące", "timeline=3-6m"),
        ("Nie śpieszy mi się, może za rok", "timeline=6m+"),
        ("Ile będzie wart za cztery lata?", ""),
        // Whose affairs: an outsider's clause ends where another begins, unless it goes on.
        (
            "Sąsiad jest zadowolony, budżet 150 tysięcy",
            "budget_pln=150000",
        ),
        ("Szwagier jest z Krakowa, robi 60 tysięcy rocznie", ""),
        ("Kolega mówi: budżet 150 tysięcy", ""),
        (
            "Córka jeździ z nami, robi 20 tysięcy rocznie",
            "yearly_km=20000",
        ),
        // Distances: another destination, another driver, another sum.
        (
            "Do pracy mam dwanaście kilosów, do kościoła 40 km",
            "commute_km=12",
        ),
        ("Do wnuków 60 kilometrów w jedną stronę, raz na tydzień", ""),
        ("Sąsiad mówi, że robi 60 tysięcy rocznie", ""),
        ("Agent podał dziewięć tysięcy rocznie za polisę", ""),
        (
            "Dwa tysiące kilometrów miesięcznie wychodzi",
            "yearly_km=24000",
        ),
        ("Golf ma gwarancję do 160 tys. km", "current_car=Golf"),
        ("Na liczniku mam 90 tysięcy kilometrów", ""),
        // Money: slang, corrections, prices of others.
        (
            "Mam sto sześćdziesiąt koła i ani grosza więcej",
            "budget_pln=160000",
        ),
        ("Zamknąć się chcę w ćwierć miliona", "budget_pln=250000"),
        ("W Tychach mi dali wycenę 172 tysiące", ""),
        ("W salonie obok BYD kosztuje 190 tysięcy", ""),
        ("Dwieście dwadzieścia tysięcy to za dużo", ""),
        ("Odłożone mamy od 150 do 200 tysięcy", ""),
        ("Limit 225 tysięcy jeszcze obowiązuje?", ""),
        (
            "Myślałem o 2000 miesięcznie, nie, czekaj, raczej 2300",
            "monthly_budget_pln=2300",
        ),
        ("Rata do dwa trzysta", "monthly_budget_pln=2300"),
        ("Rata 3200 trochę boli w tej wersji, da się mniej", ""),
        ("Gwarancja jest do 160 tysięcy?", ""),
        ("Bateria wytrzyma do 200 tysięcy?", ""),
        ("Do 160 tysięcy wytrzyma?", ""),
        ("Serwis robicie do 150 tysięcy przebiegu?", ""),
        ("Szukam czegoś do 160 tysięcy", "budget_pln=160000"),
        ("Coś do 160 tysięcy złotych macie?", "budget_pln=160000"),
        ("Budżet 150 tysięcy z gwarancją", "budget_pln=150000"),
        // Panels.
        ("Dziesięć kilowatów na dachu", "pv_kwp=10"),
        ("Ładowarka ma 11 kilowatów, a panele dopiero będą", ""),
        ("Brat ma dom z panelami, 8 kWp", ""),
        ("Trzeba mieć fotowoltaikę z 5 kilowatów?", ""),
        // The household: "us", or children with both parents.
        ("Trójka dzieci i my", "household_size=5"),
        ("Nas dwoje i troje dzieci", "household_size=5"),
        ("Ja, mąż i dwójka dzieci", "household_size=4"),
        ("Jest nas w domu pięcioro", "household_size=5"),
        ("Setkę robi w trzy sekundy", ""),
        ("W piątki wracam późno", ""),
        // Charging at home.
        ("Kontakt w garażu jest, siły nie ma", "home_charging=yes"),
        ("Mieszkam w bloku na Kalinie", "home_charging=no"),
        ("W garażu ani jednego gniazdka", "home_charging=no"),
        ("Brat ma gniazdko w garażu", ""),
        ("Nie ma szybkiej ładowarki koło toru", ""),
        ("No, wallbox już wisi na ścianie", "home_charging=yes"),
        // Time: far, near, of something else, not to be normalised.
        (
            "Zdecydujemy po feriach, tak za cztery, pięć miesięcy",
            "timeline=3-6m",
        ),
        ("Najdalej za trzy miesiące musi być", "timeline=1-3m"),
        ("Najem, od zaraz", "timeline=now financing=rental"),
        ("Zapłacę do końca roku", ""),
        ("Kupię na wiosnę", ""),
        ("Za rok wyjdzie nowsza wersja", ""),
        ("Nie kupuję dziś", ""),
        // How it is paid, and who pays.
        ("Leasing. Najmu nie chcę", "financing=leasing"),
        ("Kredyt, nie leasing", "financing=credit"),
        ("No leasing, ale krótki", "financing=leasing"),
        ("Szwagier wziął w leasing", ""),
        ("Leasing kończy mi się i nie wiem, co dalej", ""),
        ("Auto na firmę", ""),
        ("Bierze to spółka", "company_form=company"),
        ("Jestem na samozatrudnieniu", "company_form=sole_trader"),
        ("Biorę jako osoba fizyczna", "company_form=private"),
        ("Syn mówi, żebym wziął na spółkę", ""),
        // The last thing said, and questions under other marks.
        (
            "Prywatnie jeżdżę mało, biorę na spółkę",
            "company_form=company",
        ),
        ("Mam spółkę, ale biorę prywatnie", "company_form=private"),
        ("Prywatnie, nie na spółkę", "company_form=private"),
        (
            "Myślałem, że za pół roku, ale biorę od zaraz",
            "timeline=now",
        ),
        ("Od zaraz myślałem, ale kupuję za pół roku", "timeline=3-6m"),
        (
            "Na osiedlu nie ma ładowarki, ale gniazdko mam w garażu",
            "home_charging=yes",
        ),
        ("Garaż mam, ale gniazdka w nim nie ma", "home_charging=no"),
        ("Leasing?!", ""),
        ("\"Leasing?\"", ""),
        ("Na spółkę?…", ""),
        // Cars.
        (
            "Chciałbym wreszcie wysiąść z Insignii",
            "current_car=Insignia",
        ),
        ("Mam pięćset koni", ""),
    ];
    check(&cases, Lang::Pl);
}

#[test]
fn english_statements() {
    let cases = [
        ("I do about 9,000 a year", "yearly_km=9000"),
        ("Twelve kilometres each way to the office", "commute_km=12"),
        ("we are five in total", "household_size=5"),
        ("There's three of us", "household_size=3"),
        ("My wife drives, I don't", ""),
        ("I drive an old Land Cruiser", "current_car=Land Cruiser"),
        ("No socket at home, street parking", "home_charging=no"),
        ("I've a garage with a socket", "home_charging=yes"),
        (
            "up to 240 thousand zloty, on credit",
            "budget_pln=240000 financing=credit",
        ),
        (
            "1,700 zloty a month is my ceiling",
            "monthly_budget_pln=1700",
        ),
        (
            "I have an offer from another dealer, 180 thousand zloty",
            "",
        ),
        ("Is the warranty up to 160 thousand?", ""),
        ("My price range is up to 160 thousand", "budget_pln=160000"),
        ("Lease rate or cash, what's the smarter one?", ""),
        ("Through my one-person company", "company_form=sole_trader"),
        ("I need it inside two months", "timeline=1-3m"),
        ("Is there a cash machine on the way?", ""),
        ("Thirty kilometres a day, to work and back", "commute_km=15"),
        ("My brother-in-law does sixty thousand a year", ""),
        (
            "Two hundred thousand is the absolute limit",
            "budget_pln=200000",
        ),
        ("The dealer in Katowice quoted 180 thousand", ""),
        ("Two months from now it has to be here", "timeline=1-3m"),
        ("We won't buy before next summer", "timeline=6m+"),
        ("Nothing to buy today", ""),
        ("A mate's Leaf lost a quarter of its range", ""),
        ("It's just me and my husband", "household_size=2"),
        ("I can't charge at home", "home_charging=no"),
        ("I'm self-employed, a plumber", "company_form=sole_trader"),
        ("We don't have a company", ""),
        ("My bank says loan", ""),
    ];
    check(&cases, Lang::En);
}
