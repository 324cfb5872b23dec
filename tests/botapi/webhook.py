"""A web server that receives webhooks in a test and may refuse the first ones."""

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from typing import Self

from tests.botapi.ledger import Json


class Listener:
    """Answers 500 to the first `refuse_first` posts and 200 to the others, which it keeps."""

    def __init__(self, refuse_first: int = 0) -> None:
        self.left, self.updates, self.secrets = refuse_first, list[Json](), list[str]()
        self.changed = threading.Condition()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def texts(self, count: int) -> list[str]:
        """The texts of the first messages, waiting for so many."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.updates) >= count, 10)
            return [update["message"]["text"] for update in self.updates]

    def take(self, body: bytes, secret: str) -> HTTPStatus:
        """Keeps or refuses one update."""
        with self.changed:
            self.left -= 1
            if self.left >= 0:
                return HTTPStatus.INTERNAL_SERVER_ERROR
            self.updates.append(loads(body))
            self.secrets.append(secret)
            self.changed.notify_all()
        return HTTPStatus.OK

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = listener.take(body, self.headers["X-Telegram-Bot-Api-Secret-Token"])
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        return Handler
