/// What looks best in a small telescope with a field of some three degrees by one and a half, in
/// the order of preference; both hemispheres and all seasons are served.
pub(super) const DESIGNATIONS: [&str; 44] = [
    "NGC 1976", // Orion Nebula
    "NGC 224",  // Andromeda Galaxy
    "Mel 22",   // Pleiades
    "NGC 3372", // Carina Nebula
    "NGC 6523", // Lagoon
    "NGC 5139", // Omega Centauri
    "NGC 6853", // Dumbbell
    "NGC 6205", // Hercules globular
    "NGC 5194", // Whirlpool
    "NGC 3031", // Bode's
    "NGC 598",  // Triangulum
    "NGC 104",  // 47 Tucanae
    "NGC 2070", // Tarantula
    "NGC 6514", // Trifid
    "NGC 6611", // Eagle
    "NGC 6618", // Swan
    "NGC 7000", // North America
    "NGC 6960", // Veil
    "NGC 2237", // Rosette
    "NGC 253",  // Sculptor
    "NGC 5457", // Pinwheel
    "NGC 5128", // Centaurus A
    "NGC 7293", // Helix
    "NGC 3627", // Leo triplet
    "NGC 5272", // M 3
    "NGC 6720", // Ring
    "NGC 869",  // Double Cluster
    "NGC 5236", // Southern Pinwheel
    "NGC 3034", // Cigar
    "NGC 5904", // M 5
    "NGC 6656", // M 22
    "NGC 7078", // M 15
    "NGC 7089", // M 2
    "NGC 4594", // Sombrero
    "NGC 4565", // Needle
    "NGC 891",  // edge-on in Andromeda
    "NGC 2632", // Beehive
    "NGC 6705", // Wild Duck
    "NGC 4755", // Jewel Box
    "NGC 6341", // M 92
    "NGC 2099", // M 37
    "NGC 3587", // Owl
    "NGC 1952", // Crab
    "NGC 2168", // M 35
];
