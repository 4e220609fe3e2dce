"""Drives the official Python client against a server over stdio.

Usage: client.py PLAN, where PLAN is JSON:
    {"mode": "auto" | "legacy", "command": ["prog", "arg"], "env": {}, "calls": [["tool", {}], ...]}
Prints one JSON object: protocol, server, tools, results.
"""

import asyncio
import json
import sys


def dump(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


async def modern(plan, parameters):
    from mcp import Client

    async with Client(parameters, mode=plan["mode"], read_timeout_seconds=60) as client:
        tools = (await client.list_tools()).tools
        results = []
        for name, arguments in plan["calls"]:
            try:
                results.append(dump(await client.call_tool(name, arguments)))
            except Exception as error:
                results.append({"error": f"{type(error).__name__}: {error}"})
        return {
            "protocol": client.protocol_version,
            "server": dump(client.server_info),
            "tools": [dump(tool) for tool in tools],
            "results": results,
        }


async def handshake(plan, parameters):
    from mcp import ClientSession
    from mcp.client.stdio import stdio_client

    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        hello = await session.initialize()
        tools = (await session.list_tools()).tools
        await session.send_ping()
        results = []
        for name, arguments in plan["calls"]:
            try:
                results.append(dump(await session.call_tool(name, arguments)))
            except Exception as error:
                results.append({"error": f"{type(error).__name__}: {error}"})
        return {
            "protocol": hello.protocolVersion,
            "server": dump(hello.serverInfo),
            "tools": [dump(tool) for tool in tools],
            "results": results,
        }


def main():
    import mcp
    from mcp import StdioServerParameters

    plan = json.loads(sys.argv[1])
    command = plan["command"]
    parameters = StdioServerParameters(
        command=command[0], args=command[1:], env=plan.get("env") or None
    )
    drive = modern if hasattr(mcp, "Client") else handshake
    print(json.dumps(asyncio.run(asyncio.wait_for(drive(plan, parameters), 120))))


main()
