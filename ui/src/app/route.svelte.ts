// Which page is shown: the fragment of the address, so that the hub serves one file for all.

export const PAGES = ["telescope", "tonight", "library", "fleet", "devices", "log", "settings"] as const;
export type PageName = (typeof PAGES)[number];

class Route {
  page = $state<PageName>("telescope");
  /** What follows the page's name: an entry of the library, say. */
  rest = $state("");

  read(): void {
    const [, name = "", ...rest] = location.hash.slice(1).split("/");
    this.page = (PAGES as readonly string[]).includes(name) ? (name as PageName) : "telescope";
    this.rest = decodeURIComponent(rest.join("/"));
  }
}

export const route = new Route();

export const linkTo = (page: PageName, rest = ""): string =>
  `#/${page}${rest === "" ? "" : `/${encodeURIComponent(rest)}`}`;
