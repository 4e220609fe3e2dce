"""Tries every feature with the official Python client, 1.x or 2.x. Prints a line of JSON for each.

Usage: matrix.py {"revision": "…", "command": […], "url": "…", "sse": "…"}
"""

import asyncio
import json
import sys
from contextlib import asynccontextmanager

import mcp
from mcp import types

PLAN = json.loads(sys.argv[1])
MODERN = PLAN["revision"] == "2026-07-28"
WATCHED = "test://watched-resource"
SEEN = {"logs": [], "updated": [], "lists": 0}


async def sample(context, params):
    content = types.TextContent(type="text", text="an answer")
    return types.CreateMessageResult(role="assistant", model="none", content=content)


async def elicit(context, params):
    return types.ElicitResult(
        action="accept", content={"username": "ada", "email": "ada@example.com"}
    )


async def roots(context):
    return types.ListRootsResult(roots=[types.Root(uri="file:///home/ada")])


async def log(params):
    SEEN["logs"].append(params.data)


async def notice(message):
    message = getattr(message, "root", message)
    if isinstance(message, types.ResourceUpdatedNotification):
        SEEN["updated"].append(str(message.params.uri))
    if isinstance(message, types.ToolListChangedNotification):
        SEEN["lists"] += 1


HANDLERS = {
    "sampling_callback": sample,
    "elicitation_callback": elicit,
    "list_roots_callback": roots,
    "logging_callback": log,
    "message_handler": notice,
}


def transport():
    from mcp import StdioServerParameters
    from mcp.client.sse import sse_client
    from mcp.client.stdio import stdio_client
    from mcp.client.streamable_http import streamable_http_client

    if PLAN.get("sse"):
        return sse_client(PLAN["sse"])
    if PLAN.get("url"):
        return streamable_http_client(PLAN["url"])
    command, *arguments = PLAN["command"]
    return stdio_client(StdioServerParameters(command=command, args=arguments))


class Two:
    """The client of 2.x."""

    def __init__(self, client):
        self.client = client
        self.revision = client.protocol_version

    @staticmethod
    @asynccontextmanager
    async def connect():
        mode = "auto" if MODERN else "legacy"
        level = {"log_level": "info"} if MODERN else {}
        async with mcp.Client(transport(), mode=mode, **HANDLERS, **level) as client:
            yield Two(client)

    async def call(self, name, arguments=None, progress=None):
        result = await self.client.call_tool(name, arguments or {}, progress_callback=progress)
        return result, result.is_error

    async def read(self, uri):
        return (await self.client.read_resource(uri)).contents[0]

    async def templates(self):
        return (await self.client.list_resource_templates()).resource_templates

    async def cancel(self, call):
        call.cancel()

    @asynccontextmanager
    async def watch(self):
        if not MODERN:
            await self.client.subscribe_resource(WATCHED)
            yield
            await self.client.unsubscribe_resource(WATCHED)
            return
        filters = {"tools_list_changed": True, "resource_subscriptions": [WATCHED]}
        async with self.client.listen(**filters) as subscription:
            reader = asyncio.create_task(self.take(subscription))
            yield
            reader.cancel()

    async def take(self, subscription):
        async for event in subscription:
            if hasattr(event, "uri"):
                SEEN["updated"].append(str(event.uri))
            else:
                SEEN["lists"] += 1


class One:
    """The client of 1.x."""

    def __init__(self, client, revision):
        self.client = client
        self.revision = revision

    @staticmethod
    @asynccontextmanager
    async def connect():
        from mcp.client import session as module

        # It asks for the newest revision it knows; older clients knew less.
        module.types.LATEST_PROTOCOL_VERSION = PLAN["revision"]
        async with transport() as (read, write, *_):
            async with mcp.ClientSession(read, write, **HANDLERS) as session:
                hello = await session.initialize()
                yield One(session, hello.protocolVersion)

    async def call(self, name, arguments=None, progress=None):
        if name == "wait_forever":
            self.waiting = self.client._request_id
        result = await self.client.call_tool(name, arguments or {}, progress_callback=progress)
        return result, result.isError

    async def read(self, uri):
        return (await self.client.read_resource(uri)).contents[0]

    async def templates(self):
        return (await self.client.list_resource_templates()).resourceTemplates

    async def cancel(self, call):
        # This line has no word for it.
        params = types.CancelledNotificationParams(requestId=self.waiting)
        notification = types.CancelledNotification(params=params)
        await self.client.send_notification(types.ClientNotification(notification))

    @asynccontextmanager
    async def watch(self):
        await self.client.subscribe_resource(WATCHED)
        yield
        await self.client.unsubscribe_resource(WATCHED)


async def feature(name, attempt):
    ok, said = False, ""
    try:
        ok = await asyncio.wait_for(attempt, 20)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    print(json.dumps({"feature": name, "ok": bool(ok), "said": said}), flush=True)


async def until(holds):
    for _ in range(300):
        if await holds():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("it never came to that")


class Features:
    def __init__(self, peer):
        self.peer = peer
        self.client = peer.client

    async def text(self, name, **arguments):
        result, _ = await self.peer.call(name, arguments)
        return result.content[0].text

    async def tools(self):
        names = [tool.name for tool in (await self.client.list_tools()).tools]
        _, failed = await self.peer.call("test_error_handling")
        samples, _ = await self.peer.call("samples", {"count": 2})
        said = await self.text("test_simple_text")
        return "test_simple_text" in names and failed and samples.content and "simple" in said

    async def resources(self):
        resources = (await self.client.list_resources()).resources
        templates = await self.peer.templates()
        fixed = await self.peer.read("test://static-text")
        made = await self.peer.read("test://template/7/data")
        found = len(resources) > 2 and len(templates) == 1
        return found and "static" in fixed.text and '"7"' in made.text

    async def prompts(self):
        prompts = (await self.client.list_prompts()).prompts
        arguments = {"arg1": "left", "arg2": "right"}
        filled = await self.client.get_prompt("test_prompt_with_arguments", arguments)
        return len(prompts) > 3 and "arg2='right'" in filled.messages[0].content.text

    async def completion(self):
        reference = types.PromptReference(type="ref/prompt", name="test_prompt_with_arguments")
        argument = {"name": "arg1", "value": "test"}
        result = await self.client.complete(reference, argument)
        return "testing" in result.completion.values

    async def elicitation(self):
        return "ada" in await self.text("test_elicitation", message="Who?")

    async def sampling(self):
        return (await self.text("test_sampling", prompt="Go")).endswith("an answer")

    async def roots(self):
        return await self.text("test_input_required_result_list_roots") == "1 roots"

    async def progress(self):
        reports = []

        async def record(done, total, message):
            reports.append(done)

        await self.peer.call("test_tool_with_progress", progress=record)
        return reports == [0, 50, 100]

    async def logging(self):
        if not MODERN:
            await self.client.set_logging_level("info")
        await self.peer.call("test_tool_with_logging")
        return len(SEEN["logs"]) == 3

    async def cancellation(self):
        async def waiting(count):
            return await self.text("count_waiting") == count

        call = asyncio.create_task(self.peer.call("wait_forever"))
        await until(lambda: waiting("1"))
        await self.peer.cancel(call)
        await until(lambda: waiting("0"))
        call.cancel()
        return True

    async def subscriptions(self):
        async def told():
            return WATCHED in SEEN["updated"] and SEEN["lists"] > 0

        async with self.peer.watch():
            await self.text("test_trigger_resource_update")
            await self.text("test_trigger_tool_change")
            await until(told)
        return True


async def main():
    peer = Two if hasattr(mcp, "Client") else One
    async with peer.connect() as connected:
        print(json.dumps({"feature": "revision", "said": connected.revision}), flush=True)
        features = Features(connected)
        names = ["tools", "resources", "prompts", "completion"]
        names += ["elicitation"] if connected.revision >= "2025-06-18" else []
        names += ["sampling", "roots", "progress", "logging", "subscriptions", "cancellation"]
        for name in names:
            await feature(name, getattr(features, name)())


asyncio.run(asyncio.wait_for(main(), 120))
