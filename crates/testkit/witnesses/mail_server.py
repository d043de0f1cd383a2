"""aiosmtpd takes mails over STARTTLS only and from who signs in, and keeps them in a Maildir. It says what it hears on its output."""

import asyncio
import os
import ssl

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult

PORT = int(os.environ["PORT"])
ACCOUNT = os.environb[b"ACCOUNT"], os.environb[b"PASSWORD"]


def authenticate(server, session, envelope, mechanism, given):
    right = (given.login, given.password) == ACCOUNT
    print(f"sign-in {'taken' if right else 'refused'}, {mechanism} over {session.ssl['cipher'][1] if session.ssl else 'nothing'}", flush=True)
    return AuthResult(success=right, handled=False)


async def serve():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.environ["CERTIFICATE"], os.environ["KEY"])
    box = Mailbox(os.environ["MAILDIR"])

    def conversation():
        return SMTP(
            box,
            hostname="localhost",
            authenticator=authenticate,
            auth_required=True,
            require_starttls=True,
            tls_context=context,
        )

    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(conversation, ["127.0.0.1", "::1"], PORT)
    except OSError:  # a machine without IPv6
        server = await loop.create_server(conversation, "127.0.0.1", PORT)
    print("listening", flush=True)
    await server.serve_forever()


asyncio.run(serve())
