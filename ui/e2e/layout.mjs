// What can be measured of a page's layout: sideways scroll, and controls too small for a finger.

const SMALLEST_TARGET = 44;

/** Says which element is wider than the window, when something is. */
export function sidewaysScroll(page) {
  return page.evaluate(() => {
    const scrollers = [document.scrollingElement, ...document.querySelectorAll("main, main *")];
    const wide = scrollers.filter((element) => {
      if (element.scrollWidth <= element.clientWidth + 1) return false;
      const how = getComputedStyle(element).overflowX;
      return element === document.scrollingElement || how === "auto" || how === "scroll";
    });
    const cut = [...document.querySelectorAll("header *, nav *, main *")].filter((element) => {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || getComputedStyle(element).visibility === "hidden") return false;
      if (element.closest("canvas, svg, .stage, .sky, .picture, .visually-hidden")) return false;
      return box.right > innerWidth + 1 || box.left < -1;
    });
    const name = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}">`;
    return [
      ...wide.map((element) => `${name(element)} must be scrolled sideways (${element.scrollWidth} in ${element.clientWidth} px)`),
      ...cut.slice(0, 3).map((element) => `${name(element)} reaches beyond the window`),
    ];
  });
}

/** Controls under 44 px either way. Words within a sentence are read, not aimed at. */
export function smallTargets(page) {
  return page.evaluate((least) => {
    const controls = document.querySelectorAll(
      "button, a[href], input, select, textarea, summary, [role=button], [role=tab], [role=option], [role=switch], [role=slider]",
    );
    const found = [];
    for (const control of controls) {
      const target = control.closest("label") ?? control;
      const box = target.getBoundingClientRect();
      const hidden = box.width === 0 || control.checkVisibility?.({ visibilityProperty: true }) === false;
      if (hidden || control.closest(".visually-hidden") || control.matches("p a, li p a")) continue;
      if (box.width >= least - 0.5 && box.height >= least - 0.5) continue;
      const what = (control.getAttribute("aria-label") ?? control.textContent ?? "").trim().slice(0, 40);
      found.push(`"${what}" is ${Math.round(box.width)} x ${Math.round(box.height)} px to hit`);
    }
    return found;
  }, SMALLEST_TARGET);
}
