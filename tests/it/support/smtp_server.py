"""The tests' mail server: prints its port, then the file name of each message."""

import asyncio
import sys
import threading
from pathlib import Path

from aiosmtpd.smtp import SMTP

FOLDER = Path(sys.argv[1])


class Keeper:
    """Keeps what it takes, one file a message; refuses by the recipient's name."""

    def __init__(self):
        self.count = 0
        self.deferred = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later") and address not in self.deferred:
            self.deferred.add(address)
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        name = f"{self.count:04}.eml"
        head = f"{envelope.mail_from}\n{' '.join(envelope.rcpt_tos)}\n"
        (FOLDER / name).write_bytes(head.encode() + envelope.original_content)
        print(name, flush=True)
        return "250 taken"


async def serve():
    keeper = Keeper()
    loop = asyncio.get_running_loop()
    make = lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True)
    server = await loop.create_server(make, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def stop_with_the_test():
    """Standard input closes when the test ends, even when it was killed."""
    import os

    sys.stdin.read()
    os._exit(0)


threading.Thread(target=stop_with_the_test, daemon=True).start()
asyncio.run(serve())
