"""Lints files with pkilint in one run.

Arguments: KIND FILE, again and again; KIND is certificate, crl or ocsp.
Prints each file with what is found at level ERROR or FATAL; ends with 1 if anything is.
"""

import contextlib
import io
import sys

from pkilint.bin import lint_crl, lint_ocsp_response, lint_pkix_cert

LINTERS = {
    "certificate": (lint_pkix_cert.main, []),
    "crl": (lint_crl.main, ["-t", "CRL", "-p", "PKIX"]),
    "ocsp": (lint_ocsp_response.main, []),
}


def main(arguments):
    bad = 0
    for kind, file in zip(arguments[::2], arguments[1::2], strict=True):
        linter, more = LINTERS[kind]
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            found = linter(["lint", *more, "-s", "ERROR", "--document-format", "DER", file])
        print(f"{file}: {found} found\n{said.getvalue()}")
        bad += found != 0
    return int(bad > 0)


sys.exit(main(sys.argv[1:]))
