"""A server written with the official Python SDK, 1.x or 2.x, that has what our client tries.

Usage: server.py stdio|http|stateless|json|sse

The names are those of `toolwright_tests::everything`. Over HTTP it says first where it listens.
"""

import asyncio
import socket
import sys
from typing import Annotated

from mcp import types
from pydantic import BaseModel

try:
    from mcp.server.mcpserver import Context, Elicit, ListRoots, MCPServer, Resolve, Sample

    TWO = True
except ImportError:
    from mcp.server.fastmcp import Context, FastMCP as MCPServer

    TWO = False

MODE = sys.argv[1]
WATCHED = "test://watched-resource"
TEMPLATE = "test://template/{id}/data"
PAGE = 5
WAITING = 0
# Where messages to the client have no way, nobody should wait for its answer.
PATIENCE = 1

SETTINGS = {"stateless_http": MODE == "stateless", "json_response": MODE == "json"}
server = MCPServer("everything", instructions="Try all of it.", **({} if TWO else SETTINGS))
low = server._lowlevel_server if TWO else server._mcp_server


class Measurement(BaseModel):
    at: int
    value: float


class Person(BaseModel):
    username: str
    email: str


@server.tool()
def test_simple_text() -> types.CallToolResult:
    return result("This is a simple text")


@server.tool()
def test_error_handling() -> str:
    raise ValueError("This fails on purpose")


@server.tool()
def samples(count: int) -> list[Measurement]:
    return [Measurement(at=at, value=at / 2) for at in range(count)]


@server.tool()
def broken_output() -> types.CallToolResult:
    return result("many", structuredContent={"count": "many"})


@server.tool()
async def test_tool_with_progress(ctx: Context) -> str:
    for done in [0, 50, 100]:
        await ctx.report_progress(done, 100, f"{done} of 100")
    return "done"


@server.tool()
async def test_tool_with_logging(ctx: Context) -> str:
    for text in ["started", "working", "done"]:
        await ctx.info(text)
    return "logged"


@server.tool()
async def wait_forever() -> str:
    global WAITING
    WAITING += 1
    try:
        await asyncio.sleep(3600)
    finally:
        WAITING -= 1
    return "that was long"


@server.tool()
def count_waiting() -> str:
    return str(WAITING)


@server.tool()
async def test_trigger_resource_update(ctx: Context) -> str:
    if modern(ctx):
        await ctx.notify_resource_updated(WATCHED)
    else:
        await ctx.session.send_resource_updated(WATCHED)
    return "the resource has changed"


@server.tool()
async def test_trigger_tool_change(ctx: Context) -> str:
    def passing_tool() -> str:
        return "still here"

    if any(tool.name == "passing_tool" for tool in await server.list_tools()):
        server.remove_tool("passing_tool")
    else:
        server.add_tool(passing_tool)
    if modern(ctx):
        await ctx.notify_tools_changed()
    else:
        await ctx.session.send_tool_list_changed()
    return "the tools have changed"


@server.resource("test://static-text", mime_type="text/plain")
def static_text() -> str:
    return "a static text"


@server.resource(WATCHED)
def watched() -> str:
    return "it changes"


@server.resource(TEMPLATE)
def from_template(id: str) -> str:
    return f'{{"id": "{id}"}}'


@server.prompt()
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    return f"arg1='{arg1}', arg2='{arg2}'"


@server.completion()
async def complete(reference, argument, context):
    values = [word for word in ["testing", "toast"] if word.startswith(argument.value)]
    return types.Completion(values=values, total=len(values))


def result(text, **more):
    content = [{"type": "text", "text": text}]
    return types.CallToolResult.model_validate({"content": content, **more})


def modern(ctx):
    return TWO and ctx.protocol_version >= "2026-07-28"


def ask_two():
    """The tools that ask, in 2.x: parameters that the client fills."""

    def person(message: str) -> Elicit[Person]:
        return Elicit(message, Person)

    def answer(prompt: str) -> Sample:
        text = types.TextContent(type="text", text=prompt)
        return Sample([types.SamplingMessage(role="user", content=text)], max_tokens=100)

    def places() -> ListRoots:
        return ListRoots()

    @server.tool()
    def test_elicitation(message: str, who: Annotated[Person, Resolve(person)]) -> str:
        return f"It is {who.username}"

    @server.tool()
    def test_sampling(
        prompt: str, said: Annotated[types.CreateMessageResult, Resolve(answer)]
    ) -> str:
        return f"The model says: {said.content.text}"

    @server.tool()
    def test_input_required_result_list_roots(
        roots: Annotated[types.ListRootsResult, Resolve(places)],
    ) -> str:
        return f"{len(roots.roots)} roots"


def ask_one():
    """The tools that ask, in 1.x: requests in the middle of a call."""

    async def soon(asked):
        try:
            return await asyncio.wait_for(asked, PATIENCE)
        except asyncio.TimeoutError:
            raise ValueError("nobody answered")

    @server.tool()
    async def test_elicitation(message: str, ctx: Context) -> str:
        return f"It is {(await soon(ctx.elicit(message, Person))).data.username}"

    @server.tool()
    async def test_sampling(prompt: str, ctx: Context) -> str:
        text = types.TextContent(type="text", text=prompt)
        asked = ctx.session.create_message(
            [types.SamplingMessage(role="user", content=text)],
            max_tokens=100,
            related_request_id=ctx.request_id,
        )
        return f"The model says: {(await soon(asked)).content.text}"

    @server.tool()
    async def test_input_required_result_list_roots(ctx: Context) -> str:
        asked = ctx.session.list_roots()
        return f"{len((await soon(asked)).roots)} roots"


async def page(cursor):
    """A part of the tools; one of them promises what it does not keep."""
    tools = await server.list_tools()
    start = int(cursor or 0)
    items = [tool.model_dump(by_alias=True, exclude_none=True) for tool in tools]
    for item in items:
        if item["name"] == "broken_output":
            count = {"type": "integer"}
            item["outputSchema"] = {"type": "object", "properties": {"count": count}}
    more = {"nextCursor": str(start + PAGE)} if start + PAGE < len(items) else {}
    return types.ListToolsResult.model_validate({"tools": items[start : start + PAGE], **more})


def handle_two():
    """What the comfortable API of 2.x has no word for."""

    async def list_tools(ctx, params):
        return await page(params.cursor)

    async def nothing(ctx, params):
        return types.EmptyResult()

    low.add_request_handler("tools/list", types.PaginatedRequestParams, list_tools)
    low.add_request_handler("logging/setLevel", types.SetLevelRequestParams, nothing)
    low.add_request_handler("resources/subscribe", types.SubscribeRequestParams, nothing)
    low.add_request_handler("resources/unsubscribe", types.UnsubscribeRequestParams, nothing)


def handle_one():
    """What the comfortable API of 1.x has no word for."""

    @low.list_tools()
    async def list_tools(request: types.ListToolsRequest) -> types.ListToolsResult:
        params = request.params if request else None
        return await page(params.cursor if params else None)

    async def nothing(*_):
        pass

    low.set_logging_level()(nothing)
    low.subscribe_resource()(nothing)
    low.unsubscribe_resource()(nothing)


def serve():
    if MODE == "stdio":
        return server.run("stdio")
    import uvicorn

    if MODE == "sse":
        app, path = server.sse_app(), "/sse"
    else:
        app, path = server.streamable_http_app(**(SETTINGS if TWO else {})), "/mcp"
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}{path}", flush=True)
    config = uvicorn.Config(app, log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])


if TWO:
    ask_two()
    handle_two()
else:
    ask_one()
    handle_one()
serve()
