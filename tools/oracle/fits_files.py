"""Judge FITS files: astropy's strict verification, its warnings, and fitsverify.

    fits_files.py FILE...
"""

import subprocess
import sys
import warnings

from astropy.io import fits


def faults(name):
    """Everything either judge has against a file."""
    found = []
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            with fits.open(name) as file:
                file.verify("exception")
                for unit in file:
                    if unit.data is None or unit.data.size == 0:
                        found.append("astropy: no pixels")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the verdict
            found.append(f"astropy: {error}")
    found += [f"astropy warns: {warning.message}" for warning in heard]
    verdict = subprocess.run(["fitsverify", "-q", name], capture_output=True, text=True, timeout=120)
    if verdict.returncode != 0 or "verification OK" not in verdict.stdout:
        found.append(f"fitsverify: {verdict.stdout.strip()} {verdict.stderr.strip()}")
    return found


def main():
    bad = 0
    for name in sys.argv[1:]:
        for fault in faults(name):
            bad += 1
            print(f"{name}: {fault}")
    print(f"{len(sys.argv) - 1} FITS files judged, {bad} faults")
    sys.exit(1 if bad else 0)


main()
