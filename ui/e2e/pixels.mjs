// Counts the colours of a screenshot. The browser itself decodes the picture, on a page of its own.

const LARGEST_PART = 0.25;

export class PixelEye {
  static async open(browser) {
    const page = await (await browser.newContext()).newPage();
    return new PixelEye(page);
  }

  constructor(page) {
    this.page = page;
  }

  /** Pixels whose green or blue is above a quarter of their red, and how bright the brightest red is. */
  look(png) {
    return this.page.evaluate(
      async ([base64, part]) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
        const canvas = new OffscreenCanvas(picture.width, picture.height);
        const context = canvas.getContext("2d");
        context.drawImage(picture, 0, 0);
        const { data } = context.getImageData(0, 0, picture.width, picture.height);
        let coloured = 0;
        let worst = "none";
        let worstBy = 0;
        let brightest = 0;
        for (let i = 0; i < data.length; i += 4) {
          const by = Math.max(data[i + 1], data[i + 2]) - data[i] * part;
          brightest = Math.max(brightest, data[i]);
          if (by <= 0) continue;
          coloured += 1;
          if (by <= worstBy) continue;
          worstBy = by;
          worst = `rgb(${data[i]} ${data[i + 1]} ${data[i + 2]}) at ${(i / 4) % picture.width}, ${Math.floor(i / 4 / picture.width)}`;
        }
        return { coloured, worst, brightest };
      },
      [png.toString("base64"), LARGEST_PART],
    );
  }
}
