"""Wapiti with a client certificate: `wapiti.py PEM ROOT ARGUMENTS...`.

Wapiti itself presents none. Its HTTP client makes one TLS context; this one has the
certificate, and trusts our root. The rest is Wapiti as it is.
"""

import ssl
import sys

import httpx

PEM, ROOT = sys.argv[1:3]
made = httpx.create_ssl_context


def with_certificate(*arguments, **named):
    context = made(*arguments, **named)
    context.load_verify_locations(ROOT)
    context.load_cert_chain(PEM)
    return context


def start():
    httpx.create_ssl_context = with_certificate
    # Wapiti sets its own minimum; a context of this one is TLS 1.2 and newer either way.
    from wapitiCore.main.wapiti import wapiti_asyncio_wrapper

    sys.argv = ["wapiti", *sys.argv[3:]]
    return wapiti_asyncio_wrapper()


assert isinstance(made(), ssl.SSLContext)
sys.exit(start())
