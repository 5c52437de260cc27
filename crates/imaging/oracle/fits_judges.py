#!/usr/bin/env python3
"""Lets astropy and fitsverify judge the FITS files this crate writes.

    cargo run -p skyhelm-imaging --example fits_samples -- DIR
    python3 crates/imaging/oracle/fits_judges.py DIR

Needs: apt-get install -y fitsverify python3-astropy

Any warning of either judge, and any pixel that is not the one written, ends it with an error.
"""

import pathlib
import shutil
import subprocess
import sys
import warnings

INSTALL = "install the judges with: apt-get install -y fitsverify python3-astropy"

try:
    import numpy as np
    from astropy.io import fits
    from astropy.wcs import WCS
except ImportError:
    sys.exit(f"astropy is missing; {INSTALL}")

EXPECTED = {
    "raw.fits", "gray16.fits", "gray_f32.fits", "rgb16.fits", "rgb_f32.fits", "bare.fits", "long.fits",
}


def judge_pixels(path):
    with fits.open(path) as units:
        units.verify("exception")
        assert len(units) == 1, path
        data, header = units[0].data, units[0].header
        # Sample i of the file holds i * 331 modulo 65536.
        expected = (np.arange(data.size) * 331 % 65536).reshape(data.shape)
        assert np.array_equal(data.astype(np.int64), expected), f"{path}: pixels differ"
        assert header["ROWORDER"] == "TOP-DOWN", path
        assert ("BAYERPAT" in header) == (path.name in {"raw.fits", "bare.fits", "long.fits"}), path
        return data.shape, header


def judge_header(path, shape, header):
    assert header["OBJECT"] == "M 31, \"Andromeda's\" galaxy", path
    assert header["DATE-OBS"] == "2025-12-17T19:33:20.250", path
    assert abs(header["SITELONG"] + 8.25) < 1e-9 and header["GAIN"] == 60, path
    height, width = shape[-2:]
    solution = WCS(header, naxis=2)
    middle = solution.all_pix2world([[(width + 1) / 2, (height + 1) / 2]], 1)[0]
    assert np.allclose(middle, [header["RA"], header["DEC"]], atol=1e-9), path
    # Up, toward the first row, lies at a position angle of 33 degrees.
    up = solution.all_pix2world([[(width + 1) / 2, (height + 1) / 2 - 10]], 1)[0]
    east = (up[0] - middle[0]) * np.cos(np.radians(middle[1]))
    angle = np.degrees(np.arctan2(east, up[1] - middle[1]))
    assert abs(angle - 33.0) < 0.01, f"{path}: {angle}"


def main():
    directory = pathlib.Path(sys.argv[1])
    warnings.simplefilter("error")
    files = sorted(directory.glob("*.fits"))
    missing = EXPECTED - {path.name for path in files}
    assert not missing, f"not written: {missing}"
    for path in files:
        shape, header = judge_pixels(path)
        if path.name in EXPECTED - {"bare.fits", "long.fits"}:
            judge_header(path, shape, header)
    if shutil.which("fitsverify") is None:
        sys.exit(f"fitsverify is missing; {INSTALL}")
    verdict = subprocess.run(["fitsverify", "-q", *files], capture_output=True, text=True)
    print(verdict.stdout, end="")
    assert verdict.stdout.count("verification OK") == len(files), "fitsverify has complaints"
    print(f"{len(files)} files: astropy and fitsverify agree")


main()
