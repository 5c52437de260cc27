// Whether the first look around is shown: once for each browser, and again when it is asked for.

import { Preference } from "./preference.svelte";

export const tourSeen = new Preference<boolean>("tour.seen", false);
