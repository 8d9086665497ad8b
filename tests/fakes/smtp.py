"""A mail server on a socket: takes mail, or answers as it is told to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer


@dataclass
class MailServer:
    """`refusals` are answers to the next recipients, in order; `delay` the seconds it takes for a mail."""

    port: int = 0
    refusals: list[str] = field(default_factory=list)
    delay: float = 0
    taken: list[EmailMessage] = field(default_factory=list)
    asked: int = 0


@contextmanager
def mail_server() -> Iterator[MailServer]:
    state = MailServer()

    class Handler(StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 ready")
            for line in self.rfile:
                command = line[:4].upper().strip()
                if command == b"QUIT":
                    return self.say("221 bye")
                if command == b"RCPT":
                    state.asked += 1
                    self.say(state.refusals.pop(0) if state.refusals else "250 ok")
                elif command == b"DATA":
                    self.take()
                else:
                    self.say("250 ok")
            return None

        def take(self) -> None:
            self.say("354 go on")
            lines = iter(self.rfile.readline, b".\r\n")
            raw = b"".join(line.removeprefix(b".") if line.startswith(b"..") else line for line in lines)
            time.sleep(state.delay)
            state.taken.append(message_from_bytes(raw, _class=EmailMessage, policy=policy.default))
            self.say("250 taken")

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
