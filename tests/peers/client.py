"""Drives the official Python client against a server over stdio or HTTP.

Usage: client.py PLAN, where PLAN is JSON:
    {"mode": "auto" | "legacy", "command": ["prog", "arg"], "env": {}, "calls": [["tool", {}], ...]}
with "url" instead of "command" for HTTP (HTTP+SSE if it ends in /sse), and "login" where one has to
log in.
Prints one JSON object: protocol, server, tools, results, progress (a list for each call).
"""

import asyncio
import json
import sys

from login import http_client, provider


def dump(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def recorder(progress):
    reports = []
    progress.append(reports)

    async def record(done, total, message):
        reports.append(done)

    return record


def old(plan):
    """The transport of 2024-11-05, if that is meant."""
    url = plan.get("url") or ""
    if not url.endswith("/sse"):
        return None
    from mcp.client.sse import sse_client

    return sse_client(url, auth=provider(url) if plan.get("login") else None)


async def modern(plan, parameters):
    from mcp import Client

    server = old(plan) or plan.get("url") or parameters
    if plan.get("login") and isinstance(server, str):
        from mcp.client.streamable_http import streamable_http_client

        server = streamable_http_client(plan["url"], http_client=http_client(plan["url"]))
    async with Client(server, mode=plan["mode"], read_timeout_seconds=60) as client:
        tools = (await client.list_tools()).tools
        results, progress = [], []
        for name, arguments in plan["calls"]:
            record = recorder(progress)
            try:
                result = await client.call_tool(name, arguments, progress_callback=record)
                results.append(dump(result))
            except Exception as error:
                results.append({"error": f"{type(error).__name__}: {error}"})
        return {
            "protocol": client.protocol_version,
            "server": dump(client.server_info),
            "tools": [dump(tool) for tool in tools],
            "results": results,
            "progress": progress,
        }


async def handshake(plan, parameters):
    from mcp import ClientSession
    from mcp.client.stdio import stdio_client
    from mcp.client.streamable_http import streamable_http_client

    url = plan.get("url")
    known = {"http_client": http_client(url)} if plan.get("login") else {}
    new = streamable_http_client(url, **known) if url else stdio_client(parameters)
    transport = old(plan) or new
    async with transport as (read, write, *_), ClientSession(read, write) as session:
        hello = await session.initialize()
        tools = (await session.list_tools()).tools
        await session.send_ping()
        results, progress = [], []
        for name, arguments in plan["calls"]:
            record = recorder(progress)
            try:
                result = await session.call_tool(name, arguments, progress_callback=record)
                results.append(dump(result))
            except Exception as error:
                results.append({"error": f"{type(error).__name__}: {error}"})
        return {
            "protocol": hello.protocolVersion,
            "server": dump(hello.serverInfo),
            "tools": [dump(tool) for tool in tools],
            "results": results,
            "progress": progress,
        }


def main():
    import mcp
    from mcp import StdioServerParameters

    plan = json.loads(sys.argv[1])
    command = plan.get("command") or [""]
    parameters = StdioServerParameters(
        command=command[0], args=command[1:], env=plan.get("env") or None
    )
    drive = modern if hasattr(mcp, "Client") else handshake
    print(json.dumps(asyncio.run(asyncio.wait_for(drive(plan, parameters), 120))))


main()
