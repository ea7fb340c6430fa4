//! Makes and models met in Polish showrooms and car parks, in the nominative.
//!
//! `~` marks a model that is also an ordinary word or a road: it counts only where the make stands
//! before it, or where it is written as a name and the reader of the mention accepts doubt.

/// A make, other ways to say it, its models.
pub(super) const MAKES: &[(&str, &str, &str)] = &[
    (
        "Tesla",
        "Tesle",
        "Model 3, Model Y, Model S, Model X, Cybertruck, ~Roadster",
    ),
    (
        "BMW",
        "Bawaria, ~Beemer",
        "iX3, iX1, iX2, iX, i3, i4, i5, i7, i8, X1, X2, X3, X4, X5, X6, X7, XM, Z3, Z4, ~M2, ~M3, ~M4, ~M5, M8, \
         M135i, M140i, M240i, M340i, seria 1, seria 2, seria 3, seria 4, seria 5, seria 6, seria 7, seria 8, \
         1 Series, 2 Series, 3 Series, 4 Series, 5 Series, 6 Series, 7 Series, 8 Series",
    ),
    (
        "Mercedes",
        "Mercedes-Benz, Merc, Merol, ~Merca",
        "klasa A, klasa B, klasa C, klasa E, klasa S, klasa G, klasa V, A-klasa, B-klasa, C-klasa, E-klasa, \
         S-klasa, G-klasa, V-klasa, A-Class, B-Class, C-Class, E-Class, S-Class, G-Class, V-Class, CLA, CLS, CLK, \
         GLA, GLB, GLC, GLE, GLS, GLK, EQA, EQB, EQC, EQE, EQS, EQV, Viano, Vito, Sprinter, Citan, AMG GT, SLK",
    ),
    (
        "Audi",
        "",
        "~A1, ~A2, ~A3, ~A4, ~A5, ~A6, ~A7, ~A8, Q2, Q3, Q4 e-tron, Q4, Q5, Q6 e-tron, Q6, Q7, Q8 e-tron, Q8, \
         e-tron GT, e-tron, ~TT, R8, RS3, RS4, RS5, RS6, RS7, RSQ3, RSQ8, ~RS, ~S3, ~S4, ~S5, ~S6, ~S7, ~S8, SQ5, SQ7",
    ),
    (
        "Volkswagen",
        "VW, Volkswagena, Folksvagen",
        "ID.3, ID.4, ID.5, ID.7, ID. Buzz, e-Golf, ~Golf, e-up!, ~Polo, Passat, Tiguan, Touran, Touareg, Arteon, T-Roc, T-Cross, \
         Taigo, Sharan, Caddy, Transporter, Multivan, Caravelle, Crafter, Jetta, Bora, Scirocco, Amarok, Phaeton, \
         Garbus, ~Lupo, ~Fox",
    ),
    (
        "Škoda",
        "Skoda",
        "Elroq, Enyaq, Superb, Octavia, Fabia, Kodiaq, Karoq, Kamiq, ~Scala, ~Rapid, Roomster, Yeti, Citigo, Felicia, Epiq",
    ),
    (
        "~Seat",
        "",
        "Ibiza, ~Leon, Ateca, Arona, Alhambra, Toledo, Tarraco, Altea, Cordoba, ~Mii",
    ),
    ("Cupra", "", "~Born, Formentor, Tavascan, Terramar"),
    (
        "Toyota",
        "Toyka",
        "Corolla, Yaris, Auris, Avensis, Prius, Camry, RAV4, C-HR, Land Cruiser, Hilux, Aygo, Proace, Verso, Highlander, \
         bZ4X, Supra, GR86, GT86, Celica, Carina",
    ),
    (
        "Lexus",
        "",
        "~ES, ~IS, ~LS, ~GS, NX, RX, UX, RZ, ~LC, LBX, ~CT, ~LX",
    ),
    (
        "Ford",
        "",
        "~Focus, Fiesta, Mondeo, Kuga, ~Puma, Mustang Mach-E, Mach-E, Mustang, S-Max, C-Max, B-Max, ~Fusion, ~Galaxy, ~Explorer, Capri, EcoSport, \
         ~Transit, Tourneo, ~Ranger, ~Escort, ~Ka, ~Edge, ~Raptor, F-150",
    ),
    (
        "Opel",
        "Vauxhall",
        "Astra, Corsa, Insignia, Mokka, Vectra, Zafira, Meriva, Vivaro, Grandland, Crossland, ~Combo, ~Adam, ~Signum, ~Omega, \
         Frontera, Ampera, Antara, Agila",
    ),
    (
        "Renault",
        "Renówka, ~Reno",
        "Megane, Clio, Captur, Scenic, Espace, Talisman, Laguna, Kadjar, Koleos, Austral, Arkana, ~Zoe, Twingo, Twizy, \
         Kangoo, Trafic, ~Master, Symbioz, Rafale, Fluence, R5, Renault 5",
    ),
    (
        "Dacia",
        "",
        "Duster, Sandero, Logan, Jogger, ~Spring, Lodgy, Dokker, Bigster",
    ),
    (
        "Peugeot",
        "~Pug, Pegeot, Peżot",
        "e-208, 208, e-2008, 2008, 308, e-308, 3008, e-3008, 408, 5008, e-5008, 508, 206, 207, 307, 407, 607, Rifter, \
         ~Partner, ~Expert, ~Boxer, 108, 107",
    ),
    (
        "Citroën",
        "Citroen",
        "ë-C3, ë-C4, Berlingo, ~C1, ~C2, C3, C4, C5, C6, C5 Aircross, C3 Aircross, C-Elysee, Xsara, Picasso, SpaceTourer, Jumpy, \
         ~Jumper, ~Ami, ~Cactus, C15",
    ),
    ("DS", "", "DS3, DS4, DS5, DS7, DS9"),
    (
        "Fiat",
        "",
        "Tipo, Panda, Punto, 500e, Fiat 500, Doblo, Ducato, ~Bravo, Stilo, Seicento, Cinquecento, Multipla, Freemont, Grande Panda, 600e, \
         ~Maluch",
    ),
    (
        "Alfa Romeo",
        "~Alfa",
        "Giulia, Giulietta, Stelvio, Tonale, ~Junior, Mito, ~Brera",
    ),
    (
        "Jeep",
        "",
        "~Avenger, ~Compass, ~Renegade, Wrangler, Cherokee, Grand Cherokee",
    ),
    (
        "Hyundai",
        "Hjundaj",
        "Ioniq 5 N, Ioniq 5, Ioniq 6, Ioniq 9, Ioniq, Kona Electric, Kona, Inster, Tucson, Santa Fe, Bayon, i10, i20, i30, i40, ix20, \
         ix35, Getz, ~Accent, Elantra",
    ),
    (
        "Kia",
        "",
        "EV2, EV3, EV4, EV5, EV6, EV9, Ceed, ~Cee'd, ProCeed, XCeed, Sportage, Sorento, Niro, Picanto, Stonic, Stinger, ~Rio, ~Optima, ~Soul, \
         Carens, ~Carnival, Venga",
    ),
    (
        "Volvo",
        "",
        "EX30, EX40, EX60, EX90, EC40, ES90, XC40, XC60, XC70, XC90, C40, C30, V40, V50, V60, V70, V90, S40, S60, S80, S90",
    ),
    ("Polestar", "", "Polestar 2, Polestar 3, Polestar 4"),
    (
        "Porsche",
        "",
        "Taycan, Macan, Cayenne, Panamera, Cayman, Boxster, ~911, 718",
    ),
    ("~Mini", "", "~Cooper, ~Countryman, ~Clubman, ~Aceman"),
    ("~Smart", "", "fortwo, forfour"),
    (
        "Nissan",
        "",
        "~Leaf, Ariya, Qashqai, ~Juke, X-Trail, Micra, Navara, ~Note, Almera, Primera, Tiida, Townstar, Pulsar, 370Z, 350Z, GT-R",
    ),
    (
        "Honda",
        "",
        "Civic, ~Accord, CR-V, HR-V, ~Jazz, e:Ny1, ~City, ZR-V, Type R",
    ),
    (
        "Mazda",
        "",
        "MX-30, MX-5, CX-3, CX-30, CX-5, CX-60, CX-7, CX-80, Mazda 2, Mazda 3, Mazda 5, Mazda 6, Mazda 6e, Miata",
    ),
    (
        "Subaru",
        "",
        "Impreza, Forester, ~Outback, ~Legacy, XV, Solterra, WRX, BRZ, Levorg, Crosstrek",
    ),
    (
        "Mitsubishi",
        "",
        "Outlander, ASX, Lancer, Eclipse Cross, Pajero, L200, ~Colt, Space Star",
    ),
    (
        "Suzuki",
        "",
        "Vitara, e Vitara, ~Swift, S-Cross, SX4, ~Ignis, Jimny, ~Baleno, ~Splash, Swace, ~Across",
    ),
    (
        "Land Rover",
        "~Rover",
        "~Defender, ~Discovery, Range Rover, Freelander, Evoque, Velar",
    ),
    ("Jaguar", "", "I-Pace, F-Pace, E-Pace, ~XE, XF, XJ"),
    (
        "BYD",
        "",
        "Sealion 7, Sealion 6, Sealion, ~Seal U, ~Seal, ~Dolphin ~Surf, ~Dolphin, Atto 2, Atto 3, ~Han, ~Tang, Seagull, ~Surf",
    ),
    (
        "MG",
        "",
        "MG4, MG5, MG3, ~ZS, ~HS, MGS5, Marvel R, Cyberster, S5",
    ),
    ("Leapmotor", "~Leap", "T03, C10, B10"),
    ("Dongfeng", "", "~Box, Nammi"),
    ("XPeng", "X-Peng", "~G6, ~G9, P7"),
    ("Nio", "", "ET5, ET7, EL6, EL7, EL8"),
    ("Omoda", "", "Omoda 5, Omoda E5, Omoda 9"),
    ("Jaecoo", "", "Jaecoo 7, Jaecoo 5"),
    ("Zeekr", "", "7X, 001"),
    ("Hongqi", "", "E-HS9, EHS7"),
    ("Lynk & Co", "~Lynk", ""),
    ("~Lucid", "", ""),
    ("Rivian", "", "R1T, R1S"),
    ("~Genesis", "", "GV60, GV70, GV80, G70, G80"),
    ("Infiniti", "", "QX70, QX50, Q50, Q30, ~FX"),
    (
        "Chevrolet",
        "",
        "Camaro, Corvette, Cruze, Lacetti, Aveo, Captiva, ~Spark, ~Bolt",
    ),
    ("Dodge", "", "~Challenger, ~Charger, ~Ram, Durango"),
    ("Chrysler", "", "Pacifica, Voyager, 300C"),
    ("Saab", "", ""),
    ("Daewoo", "", "Lanos, Matiz, Nubira, ~Tico"),
    ("FSO", "", "Polonez"),
    ("Maserati", "", "Ghibli, Levante, Grecale"),
    ("Ferrari", "", ""),
    ("Lamborghini", "", "Urus, Huracan"),
    ("Bentley", "", "Bentayga"),
    ("~Alpine", "", "A110, A290"),
    ("SsangYong", "KGM", "Tivoli, Korando, Rexton, ~Torres"),
    ("Isuzu", "", "D-Max"),
    ("Iveco", "", "~Daily"),
];
