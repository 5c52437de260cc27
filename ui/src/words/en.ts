// Every word of the page, in English. German has the same keys by its type: a missing one does not compile.

import { flight } from "./en/flight";
import { frame } from "./en/frame";
import { library } from "./en/library";
import { pilot } from "./en/pilot";
import { sky } from "./en/sky";
import { station } from "./en/station";
import { telescope } from "./en/telescope";

export const en = { ...flight, ...frame, ...library, ...pilot, ...sky, ...station, ...telescope };

export type Words = typeof en;
