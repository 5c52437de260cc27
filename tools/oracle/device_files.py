"""Judge where the stars of the virtual telescope's own files are, by the headers of these files.

    device_files.py DATA FILE...

Each FITS file with celestial world coordinates is measured by sep; the catalogue rows come from DATA,
and astropy.wcs puts them on the picture. A frame's median star must lie within 1 arcsecond, single
frames and stacks alike. Files without coordinates promise nothing and are passed over; so are frames
on which fewer than five listed stars stand alone.

The judge is judged: with its header moved by 5 arcseconds, or turned by a tenth of a degree, the first
file must fail.
"""

import pathlib
import sys
import warnings

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from stars import catalogue, centroids, measured

MATCH_WITHIN_PX = 8.0
ALONE_WITHIN_PX = 25.0
BRIGHTEST, FAINTEST = 6.5, 9.8
WITHIN_ARCSEC = 1.0


def stars_of(data, header):
    """Places of stars in pixels from zero."""
    if data.ndim == 3:
        return centroids(data.sum(axis=0), 1.4)
    if "BAYERPAT" in header:
        return measured(data)
    return centroids(data, 1.4)


def distances(stars, header, shape, rows):
    """Arcseconds from each lone listed star to the star that is there."""
    wcs = WCS(header).celestial
    height, width = shape[-2:]
    centre = wcs.pixel_to_world(width / 2, height / 2)
    near = np.abs(rows["dec"] - centre.dec.deg) < 2
    across = (rows["ra"] - centre.ra.deg + 180) % 360 - 180
    near &= np.abs(across) * np.cos(centre.dec.rad) < 3
    rows = rows[near]
    x, y = wcs.all_world2pix(rows["ra"], rows["dec"], 0)
    scale = np.sqrt(np.abs(np.linalg.det(wcs.pixel_scale_matrix))) * 3600
    found = []
    for px, py, magnitude in zip(x, y, rows["mag"]):
        inside = 20 < px < width - 20 and 20 < py < height - 20
        if not inside or not BRIGHTEST < magnitude < FAINTEST:
            continue
        if np.sort(np.hypot(x - px, y - py))[1] < ALONE_WITHIN_PX:
            continue
        off = np.hypot(stars[:, 0] - px, stars[:, 1] - py)
        if len(off) and off.min() < MATCH_WITHIN_PX:
            found.append(off.min() * scale)
    return np.array(found)


def moved(header):
    """The same header, 5 arcseconds to the north."""
    header = header.copy()
    header["CRVAL2"] += 5 / 3600
    return header


def turned(header):
    """The same header, turned by a tenth of a degree."""
    header = header.copy()
    cos, sin = np.cos(np.radians(0.1)), np.sin(np.radians(0.1))
    old = {key: header[key] for key in ["CD1_1", "CD1_2", "CD2_1", "CD2_2"]}
    for row in "12":
        one, two = old[f"CD{row}_1"], old[f"CD{row}_2"]
        header[f"CD{row}_1"], header[f"CD{row}_2"] = one * cos - two * sin, one * sin + two * cos
    return header


def is_right(off):
    return len(off) >= 5 and np.median(off) < WITHIN_ARCSEC


def main():
    rows = catalogue(pathlib.Path(sys.argv[1]))
    warnings.simplefilter("ignore")
    medians, bad = [], 0
    for name in sys.argv[2:]:
        with fits.open(name) as file:
            header, data = file[0].header, file[0].data
        if data is None or "CTYPE1" not in header:
            continue
        stars = stars_of(data, header)
        off = distances(stars, header, data.shape, rows)
        if len(off) < 5:
            continue
        if not medians:
            for wrong in [moved, turned]:
                assert not is_right(distances(stars, wrong(header), data.shape, rows)), f"{wrong.__name__} passed"
        medians.append(np.median(off))
        if not is_right(off):
            bad += 1
            print(f"{pathlib.Path(name).name}: {len(off)} stars, median {np.median(off):.2f} arcsec")
    worst = f", worst median {max(medians):.3f} arcsec" if medians else ""
    print(f"{len(medians)} files of the device judged by their own coordinates{worst}, {bad} wrong")
    sys.exit(1 if bad else 0)


main()
