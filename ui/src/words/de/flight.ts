// Flotte und Cockpit, auf Deutsch.

import type { flight as english } from "../en/flight";

export const flight: typeof english = {
  map: {
    loading: "Die Karte wird gezeichnet.",
    failed: "Dieser Browser kann die Karte nicht zeichnen: ihm fehlt WebGL. Alles andere geht ohne sie.",
    home: "Startplatz",
    homeLetter: "H",
    closer: "Näher",
    farther: "Weiter weg",
    centre: "Zum Fluggerät",
    credit: "Natural Earth",
    aircraft: (name, inAir) => `${name}, ${inAir ? "in der Luft" : "am Boden"}`,
  },
  fleet: {
    map: "Karte der Fluggeräte",
    list: "Fluggeräte",
    none: "Noch kein Fluggerät.",
    noneHow: "Trage diese Station in DJI Pilot 2 auf Fernsteuerung oder Dock als Cloud-Dienst ein; oder fliege ein virtuelles:",
    open: "Cockpit öffnen",
    show: "Auf der Karte zeigen",
    inAir: "in der Luft",
    onGround: "am Boden",
    notKnown: "ob es fliegt, ist nicht bekannt",
    unattended: "In der Luft, niemand fliegt",
    noPlace: "Es hat nicht gesagt, wo es ist.",
    height: "Höhe",
    speed: "Tempo",
    battery: "Akku",
    home: "Nach Hause",
    link: { up: "verbunden", connecting: "verbindet", down: "nicht erreicht" },
  },
};
