// Fleet and Cockpit, in English.

export const flight = {
  map: {
    loading: "The map is being drawn.",
    failed: "This browser cannot draw the map: it has no WebGL. Everything else works without it.",
    home: "Home, the place of take-off",
    homeLetter: "H",
    closer: "Closer",
    farther: "Farther",
    centre: "To the aircraft",
    credit: "Natural Earth",
    aircraft: (name: string, inAir: boolean) => `${name}, ${inAir ? "in the air" : "on the ground"}`,
  },
  fleet: {
    map: "Map of the aircraft",
    list: "Aircraft",
    none: "No aircraft yet.",
    noneHow: "Enter this station as the cloud service in DJI Pilot 2 on a remote controller or dock; or fly a virtual one:",
    open: "Open the cockpit",
    show: "Show on the map",
    inAir: "in the air",
    onGround: "on the ground",
    notKnown: "not known whether it flies",
    unattended: "In the air, nobody flies",
    noPlace: "It has not told where it is.",
    height: "Height",
    speed: "Speed",
    battery: "Battery",
    home: "To home",
    link: { up: "connected", connecting: "connecting", down: "not reached" },
  },
};
