"""Reads mails as another implementation does: the files named, one JSON list on standard output."""

import email
import email.header
import email.policy
import json
import sys


def read(name):
    with open(name, "rb") as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    with open(name, "rb") as file:
        older = email.message_from_binary_file(file, policy=email.policy.compat32)
    # The newer parser puts a blank between two encoded words of a name, against RFC 2047
    # section 6.2; the older one does not.
    sender = str(email.header.make_header(email.header.decode_header(older["from"])))
    raw = mail.get_payload(decode=True)
    charset = mail.get_content_charset()
    return {
        "subject": str(mail["subject"]),
        "from": str(mail["from"].addresses[0].addr_spec),
        "from_name": sender.rsplit(" <", 1)[0],
        "to": [address.addr_spec for address in mail["to"].addresses],
        "date": mail["date"].datetime.isoformat(),
        "message_id": str(mail["message-id"]),
        "type": mail.get_content_type(),
        "charset": charset,
        "body": raw.decode(charset),
        "headers": sorted(name.lower() for name in mail.keys()),
        "defects": [type(one).__name__ for one in mail.defects]
        + [type(one).__name__ for name in mail.keys() for one in mail[name].defects],
    }


print(json.dumps([read(name) for name in sys.argv[1:]]))
