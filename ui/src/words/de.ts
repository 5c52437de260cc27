// Jedes Wort der Seite auf Deutsch.

import { frame } from "./de/frame";
import { library } from "./de/library";
import { sky } from "./de/sky";
import { station } from "./de/station";
import { telescope } from "./de/telescope";
import type { Words } from "./en";

export const de: Words = { ...frame, ...library, ...sky, ...station, ...telescope };
