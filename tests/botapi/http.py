"""The HTTP side of the stand-in of Telegram: arguments in all four ways, answers, long polls, faults, webhooks."""

import asyncio
import json
from typing import Any

import aiohttp
from aiohttp import web
from telegram import Bot

from tests.botapi import methods, sending  # noqa: F401  # they register their methods
from tests.botapi.calls import METHODS, Call, Upload
from tests.botapi.faults import Fault
from tests.botapi.ledger import Json
from tests.botapi.rules import MAX_UPLOAD, Refused, number, parsed
from tests.botapi.world import World

GATEWAY_PAGE = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n</body>\r\n</html>\r\n"
TAKEN_OVER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
HOOK_SET = "Conflict: terminated by setWebhook request"
HOOKED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
REAL_METHODS = frozenset(name.lower() for name in dir(Bot) if "_" not in name)
LONGEST_POLL = 50


async def read_call(request: web.Request, name: str) -> Call:
    """Arguments by query string, JSON, form or multipart (core.telegram.org/bots/api#making-requests)."""
    args: dict[str, str] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        given = parsed(await request.text())
        args |= {key: _as_text(value) for key, value in given.items()} if isinstance(given, dict) else {}
        return Call(name, args)
    if request.content_type == "multipart/form-data":
        await _read_parts(request, args, files)
    else:
        args |= {key: str(value) for key, value in (await request.post()).items()}
    if any(len(file.content) > MAX_UPLOAD for file in files.values()):
        raise Refused(413, "Request Entity Too Large")
    return Call(name, args, files)


async def _read_parts(request: web.Request, args: dict[str, str], files: dict[str, Upload]) -> None:
    async for part in await request.multipart():
        if not isinstance(part, aiohttp.BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read())
        if part.filename is None:
            args[part.name] = content.decode("utf-8", "surrogateescape")
        else:
            files[part.name] = Upload(part.filename, content, part.headers.get("Content-Type", ""))


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def answer(result: object) -> web.Response:
    """The envelope of success."""
    return web.json_response({"ok": True, "result": result})


def failure(status: int, description: str, parameters: dict[str, int] | None = None) -> web.Response:
    """The envelope of failure; a wait is in a header too."""
    body: Json = {"ok": False, "error_code": status, "description": description}
    wait = (parameters or {}).get("retry_after")
    body |= {"parameters": parameters} if parameters else {}
    return web.json_response(body, status=status, headers={"Retry-After": str(wait)} if wait else None)


def hang_up(request: web.Request) -> web.Response:
    """Breaks the connection; the response that aiohttp wants goes nowhere."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


class Front:
    """Answers requests on the server's own loop."""

    def __init__(self, world: World, token: str, *, latency: float, speed: float) -> None:
        self.world, self.token, self.latency, self.speed = world, token, latency, speed
        self.loop: asyncio.AbstractEventLoop | None = None
        self.poll: asyncio.Future[None] | None = None
        self.hook = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Every path: /bot<token>/<method> and /file/bot<token>/<path>."""
        head, _, rest = request.path.removeprefix("/file").removeprefix("/bot").partition("/")
        refused = self._check_token(head)
        if refused is not None:
            return refused
        if request.path.startswith("/file/"):
            return await self._download(request, rest)
        try:
            return await self._called(request, rest)
        except (ConnectionError, web.RequestPayloadError):  # the bot was killed while it spoke
            return hang_up(request)
        except Exception as crash:  # a bug here, which __exit__ reports
            self.world.ledger.crashes.append(crash)
            raise

    def _check_token(self, token: str) -> web.Response | None:
        """api.telegram.org: 404 for what cannot be a token, 401 for a token of nobody."""
        if token == self.token:
            return None
        bot_id, colon, _ = token.partition(":")
        well_formed = colon and bot_id.isdecimal() and not bot_id.startswith("0")
        return failure(401, "Unauthorized") if well_formed else failure(404, "Not Found")

    async def _download(self, request: web.Request, path: str) -> web.StreamResponse:
        """Faults know it by the name "download", though it is no method."""
        with self.world.lock:
            fault = self.world.faults.next("download", "")
            file = next((file for file in self.world.files.values() if file.path == path), None)
        if fault:
            return await self._spoiled(request, Call("download", {}), fault)
        return web.Response(body=file.content) if file else failure(404, "Not Found")

    async def _called(self, request: web.Request, name: str) -> web.StreamResponse:
        try:
            call = await read_call(request, name)
        except web.HTTPRequestEntityTooLarge:
            call = Call(name, {})
            return self._refuse(call, Refused(413, "Request Entity Too Large"))
        except Refused as refused:
            return self._refuse(Call(name, {}), refused)
        with self.world.lock:
            self.world.ledger.requests[name] += 1
            fault = self.world.faults.next(name.lower(), call.args.get("chat_id", ""))
        await asyncio.sleep(self.latency / 2)
        response = await (self._spoiled(request, call, fault) if fault else self._served(request, call))
        await asyncio.sleep(self.latency / 2)
        return response

    async def _spoiled(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        with self.world.lock:
            self.world.ledger.faults[fault.name] += 1
        response: web.StreamResponse = await self._served(request, call) if fault.processed else web.Response()
        await asyncio.sleep(fault.seconds)
        if fault.seconds:
            return response
        if not fault.status:
            return hang_up(request)
        page = web.Response(status=fault.status, text=GATEWAY_PAGE, content_type="text/html")
        wait = {"retry_after": fault.retry_after} if fault.retry_after else None
        return failure(fault.status, fault.description, wait) if fault.description else page

    async def _served(self, request: web.Request, call: Call) -> web.Response:
        try:
            if call.method.lower() == "getupdates":
                return answer(await self._get_updates(call))
            return answer(self._run(call))
        except Refused as refused:
            gone = request.transport is None or request.transport.is_closing()
            return hang_up(request) if gone else self._refuse(call, refused)

    def _run(self, call: Call) -> Any:  # what the method answers
        name = call.method.lower()
        if name not in METHODS:
            known = name in REAL_METHODS
            raise Refused(501, f"Not in the stand-in: {call.method}") if known else Refused(404, "Not Found")
        with self.world.lock:
            result = METHODS[name](self.world, call)
        if name in {"setwebhook", "deletewebhook"}:
            self._switch_hook()
        return result

    def _refuse(self, call: Call, refused: Refused) -> web.Response:
        with self.world.lock:
            chat_id = call.args.get("chat_id", "")
            self.world.ledger.refuse(refused.status, refused.description, call.method, chat_id)
            self.world.changed.notify_all()
        return failure(refused.status, refused.description, refused.parameters)

    async def _get_updates(self, call: Call) -> list[Json]:
        """Long polling; a newer call with nothing to answer ends the older one that waits (abort_long_poll)."""
        if self.world.webhook.url:
            raise Refused(409, HOOKED)
        with self.world.lock:
            self.world.queue.allow(parsed(call.args.get("allowed_updates", "")))
        updates = self._take(call)
        if updates:
            return updates
        self._end_poll(TAKEN_OVER)
        seconds = number(call.args, "timeout", 0, 0, LONGEST_POLL)
        if seconds:
            await self._wait(seconds / self.speed)
        return self._take(call)

    def _take(self, call: Call) -> list[Json]:
        offset = number(call.args, "offset", 0, -(2**31), 2**31 - 1)
        with self.world.lock:
            return self.world.queue.take(offset, number(call.args, "limit", 100, 1, 100), self.world.clock.wall())

    async def _wait(self, seconds: float) -> None:
        waiting = self.poll = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(waiting, seconds)
            await asyncio.sleep(0.001)  # LONG_POLL_WAIT_AFTER: updates of the same moment come together
        except TimeoutError:
            return
        finally:
            self.poll = None if self.poll is waiting else self.poll

    def _end_poll(self, why: str = "") -> None:
        if self.poll is None or self.poll.done():
            return
        if why:
            self.poll.set_exception(Refused(409, why))
        else:
            self.poll.set_result(None)

    def wake(self) -> None:
        """Called on the loop when an update came."""
        self._end_poll()
        self.hook.set()

    def _switch_hook(self) -> None:
        if self.world.webhook.url:
            self._end_poll(HOOK_SET)
        self.hook.set()

    async def deliver_by_webhook(self) -> None:
        """Posts the oldest update until it is accepted with 2xx, then the next (WebhookActor)."""
        async with aiohttp.ClientSession() as session:
            pause = 1.0
            while True:
                waiting = self._oldest()
                if waiting is None:
                    await self._idle()
                elif await self._post(session, waiting):
                    pause = 1.0
                else:
                    await asyncio.sleep(pause / self.speed)
                    pause = min(2 * pause, 60.0)

    async def _idle(self) -> None:
        self.hook.clear()
        await self.hook.wait()

    def _oldest(self) -> Json | None:
        with self.world.lock:
            queue, now = self.world.queue, self.world.clock.wall()
            return next(iter(queue.take(0, 1, now)), None) if self.world.webhook.url else None

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> bool:
        hook = self.world.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with session.post(hook.url, json=update, headers=headers) as response:
                error = "" if response.ok else f"Wrong response from the webhook: {response.status} {response.reason}"
        except aiohttp.ClientError:
            error = "Connection refused"
        with self.world.lock:
            if error:
                hook.error, hook.error_at = error, self.world.clock.wall()
            else:
                self.world.queue.confirm(update["update_id"] + 1)
            self.world.changed.notify_all()
        return not error
