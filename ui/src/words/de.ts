// Jedes Wort der Seite auf Deutsch.

import { flight } from "./de/flight";
import { frame } from "./de/frame";
import { library } from "./de/library";
import { pilot } from "./de/pilot";
import { sky } from "./de/sky";
import { station } from "./de/station";
import { telescope } from "./de/telescope";
import type { Words } from "./en";

export const de: Words = { ...flight, ...frame, ...library, ...pilot, ...sky, ...station, ...telescope };
