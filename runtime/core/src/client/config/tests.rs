//! Files as hosts write them, and as nobody should.

use std::time::Duration;

use super::*;

fn way(text: &str, name: &str) -> Way {
    let variables = Variables::new().set("HOME", "/home/ada").set("TOKEN", "t0ken").input("k", "1");
    let servers = Servers::read(text).unwrap();
    servers.find(name).unwrap().way(&variables).unwrap()
}

fn launch(text: &str, name: &str) -> Launch {
    match way(text, name) {
        Way::Command(launch) => launch,
        Way::Url(remote) => panic!("{remote:?}"),
    }
}

fn remote(text: &str, name: &str) -> Remote {
    match way(text, name) {
        Way::Url(remote) => remote,
        Way::Command(launch) => panic!("{launch:?}"),
    }
}

fn error(text: &str) -> String {
    match Servers::read(text) {
        Ok(servers) => {
            let way = servers.entries.first().unwrap().way(&Variables::new());
            way.unwrap_err().to_string()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn servers_that_are_started_are_read_from_every_host() {
    for (host, text) in [
        (
            "Claude Desktop",
            r#"{"globalShortcut":"","mcpServers":{"fs":{"command":"npx",
                "args":["-y","fs","/home/ada"],"env":{"KEY":"t0ken"}}}}"#,
        ),
        (
            "Claude Code",
            r#"{"mcpServers":{"fs":{"type":"stdio","command":"${NPX:-npx}",
                "args":["-y","fs","${HOME}"],"env":{"KEY":"${TOKEN}"}}}}"#,
        ),
        (
            "Cursor",
            r#"{"mcpServers":{"fs":{"command":"npx","args":["-y","fs","${userHome}"],
                "env":{"KEY":"${env:TOKEN}"},"envFile":"${workspaceFolder}/.env"}}}"#,
        ),
        (
            "VS Code",
            r#"{
                // asked once
                "inputs": [{"type":"promptString","id":"k","description":"Key","password":true}],
                "servers": {
                    "fs": {
                        "type": "stdio",
                        "command": "npx",
                        "args": ["-y", "fs", "/home/ada",], /* one folder */
                        "env": {"KEY": "t0ken"},
                    },
                },
            }"#,
        ),
        (
            "VS Code, settings",
            r#"{"editor.fontSize":14,"mcp":{"inputs":[],"servers":{"fs":{"command":"npx",
                "args":["-y","fs","/home/ada"],"env":{"KEY":"t0ken"}}}}}"#,
        ),
        (
            "Zed",
            r#"{"context_servers":{"fs":{"source":"custom","command":"npx",
                "args":["-y","fs","/home/ada"],"env":{"KEY":"t0ken"}}}}"#,
        ),
        (
            "Zed, before",
            r#"{"context_servers":{"fs":{"command":{"path":"npx",
                "args":["-y","fs","/home/ada"],"env":{"KEY":"t0ken"}},"settings":{}}}}"#,
        ),
        (
            "Cline",
            r#"{"mcpServers":{"fs":{"autoApprove":["x"],"disabled":false,"timeout":60,
                "type":"stdio","command":"npx","args":["-y","fs","/home/ada"],
                "env":{"KEY":"t0ken"}}}}"#,
        ),
        (
            "Amp",
            r#"{"amp.mcpServers":{"fs":{"command":"npx","args":["-y","fs","/home/ada"],
                "env":{"KEY":"t0ken"}}}}"#,
        ),
        (
            "opencode",
            r#"{"$schema":"x","mcp":{"fs":{"type":"local","command":["npx","-y","fs","/home/ada"],
                "enabled":true,"environment":{"KEY":"t0ken"}}}}"#,
        ),
    ] {
        let launch = launch(text, "fs");
        assert_eq!(launch.program, "npx", "{host}");
        assert_eq!(launch.args, ["-y", "fs", "/home/ada"], "{host}");
        assert_eq!(launch.env, [("KEY".to_owned(), Some("t0ken".to_owned()))], "{host}");
        let shown = format!("{launch:?} {:?}", Servers::read(text).unwrap());
        let is_literal = !shown.contains("envFile") && text.contains("t0ken");
        assert!(!is_literal || !shown.contains("t0ken"), "{host}: {shown}");
    }
}

#[test]
fn servers_under_urls_are_read_from_every_host() {
    for (host, text, sort) in [
        (
            "Claude Code",
            r#"{"mcpServers":{"s":{"type":"http","url":"https://a/mcp",
            "headers":{"Authorization":"Bearer ${TOKEN}"}}}}"#,
            Sort::Streamable,
        ),
        (
            "Claude Code, old",
            r#"{"mcpServers":{"s":{"type":"sse","url":"https://a/mcp",
            "headers":{"Authorization":"Bearer ${TOKEN}"}}}}"#,
            Sort::Sse,
        ),
        (
            "Cursor",
            r#"{"mcpServers":{"s":{"url":"https://a/mcp",
            "headers":{"Authorization":"Bearer ${env:TOKEN}"}}}}"#,
            Sort::Auto,
        ),
        (
            "Windsurf",
            r#"{"mcpServers":{"s":{"serverUrl":"https://a/mcp",
            "headers":{"Authorization":"Bearer ${env:TOKEN}"},"disabledTools":[]}}}"#,
            Sort::Auto,
        ),
        (
            "Gemini CLI",
            r#"{"mcpServers":{"s":{"httpUrl":"https://a/mcp","url":"https://b/sse",
            "headers":{"Authorization":"Bearer ${TOKEN}"},"timeout":5000,"trust":false}}}"#,
            Sort::Streamable,
        ),
        (
            "Cline",
            r#"{"mcpServers":{"s":{"type":"streamableHttp","url":"https://a/mcp",
            "headers":{"Authorization":"Bearer t0ken"},"alwaysAllow":[]}}}"#,
            Sort::Streamable,
        ),
        (
            "opencode",
            r#"{"mcp":{"s":{"type":"remote","url":"https://a/mcp","enabled":true,
            "headers":{"Authorization":"Bearer t0ken"}}}}"#,
            Sort::Auto,
        ),
    ] {
        let remote = remote(text, "s");
        assert_eq!(remote.url, "https://a/mcp", "{host}");
        let header = ("Authorization".to_owned(), "Bearer t0ken".to_owned());
        assert_eq!(remote.headers, [header], "{host}");
        assert_eq!(remote.sort, sort, "{host}");
        assert!(!format!("{remote:?}").contains("t0ken"), "{host}");
    }
}

#[test]
fn choices_beside_the_way_are_kept() {
    let text = r#"{"mcpServers":{
        "a":{"command":"a","disabled":true,"timeout":30000,"cwd":"~/x","args":null,
            "env":{"PORT":8000,"GONE":null,"ON":true},"autoApprove":["search"]},
        "b":{"command":"~/bin/b","enabled":false,"timeout":30}}}"#;
    let servers = Servers::read(text).unwrap();
    let a = servers.find("a").unwrap();
    assert!(a.disabled && servers.find("b").unwrap().disabled);
    assert_eq!(a.timeout, Some(Duration::from_secs(30)));
    assert_eq!(servers.find("b").unwrap().timeout, a.timeout);
    assert_eq!(a.rest["autoApprove"][0], "search");
    let launch = launch(text, "a");
    assert_eq!(launch.cwd.unwrap(), std::path::Path::new("/home/ada/x"));
    let env: Vec<_> = launch.env.iter().map(|(name, value)| (&**name, value.as_deref())).collect();
    assert_eq!(env, [("PORT", Some("8000")), ("GONE", None), ("ON", Some("true"))]);
    let Way::Command(b) = way(text, "b") else { panic!("it is started") };
    assert_eq!(b.program, "/home/ada/bin/b");
    let inputs = r#"{"servers":{},"inputs":[{"id":"k","description":"Key","password":true}]}"#;
    let inputs = Servers::read(inputs).unwrap().inputs;
    assert_eq!((&*inputs[0].id, inputs[0].password), ("k", true));
}

#[test]
fn errors_say_where_and_what() {
    all_are(&[
        ("", "line 1: this is no JSON: EOF while parsing a value, in column 0"),
        (
            "{\n  \"mcpServers\": {\n",
            "line 3: this is no JSON: EOF while parsing an object, in column 0",
        ),
        ("[]", "line 1: expected an object"),
        ("{}", "line 1: there is no `mcpServers`, nor `servers`, `context_servers` or `mcp`"),
        (r#"{"mcpServers":[]}"#, "line 1, at /mcpServers: expected an object"),
        (
            "{\"mcpServers\":{\n\"a\":{}}}",
            "line 2, at /mcpServers/a: the server needs a `command` or a `url`",
        ),
        ("{\"mcpServers\":{\"a\":\n5}}", "line 2, at /mcpServers/a: expected an object"),
        (
            "{\"mcpServers\":{\"a\":{\"command\":\"x\",\n\n\"args\":[\"y\",1]}}}",
            "line 3, at /mcpServers/a/args/1: expected text",
        ),
        (
            "{\"mcpServers\":{\"a/b\":{\"command\":\"x\",\n\"env\":{\"K\":\"${NO}\"}}}}",
            "line 2, at /mcpServers/a~1b/env/K: the variable `NO` is not set",
        ),
        (
            r#"{"servers":{"a":{"command":"x","args":["${input:key}"]}}}"#,
            "line 1, at /servers/a/args/0: the input `key` was not given",
        ),
        (
            r#"{"servers":{"a":{"command":"x","args":["${command:pick}"]}}}"#,
            "line 1, at /servers/a/args/0: `${command:pick}` is no variable that is known here",
        ),
        (
            r#"{"servers":{"a":{"command":"${X"}}}"#,
            "line 1, at /servers/a/command: `${` is not closed with `}`",
        ),
        (
            r#"{"servers":{"a":{"command":"~/x"}}}"#,
            "line 1, at /servers/a/command: `~` needs the variable `HOME`, which is not set",
        ),
        (
            r#"{"mcpServers":{"a":{"type":"ws","url":"wss://x"}}}"#,
            "line 1, at /mcpServers/a/type: `ws` is none of `stdio`, `http`, `streamable-http` and `sse`",
        ),
        (
            r#"{"mcpServers":{"a":{"command":"x","url":"http://x"}}}"#,
            "line 1, at /mcpServers/a: it has both a `command` and a URL: say which with `type`",
        ),
        (
            r#"{"mcpServers":{"a":{"command":"x"},"a":{"command":"y"}}}"#,
            "line 1, at /mcpServers/a: this member is there twice",
        ),
        (
            r#"{"mcpServers":{"a":{"command":"x","timeout":-1}}}"#,
            "line 1, at /mcpServers/a/timeout: expected a number above 0, of milliseconds",
        ),
        (
            r#"{"mcpServers":{"a":{"command":"x","timeout":1e300}}}"#,
            "line 1, at /mcpServers/a/timeout: expected a number above 0, of milliseconds",
        ),
        (
            r#"{"mcpServers":{"a":{"command":[]}}}"#,
            "line 1, at /mcpServers/a/command: there is no program",
        ),
        (
            r#"{"mcpServers":{"a":{"command":"x","env":{"A=B":"c"}}}}"#,
            "line 1, at /mcpServers/a/env/A=B: this is no name of a variable",
        ),
        (
            r#"{"mcpServers":{"a":{"command":"x\u0000"}}}"#,
            "line 1, at /mcpServers/a/command: it contains a NUL character",
        ),
    ]);
}

fn all_are(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(error(text), *expected, "{text}");
    }
}

#[test]
fn one_bad_server_does_not_cost_the_others() {
    let text = r#"{"mcpServers":{"bad":{"command":7},"good":{"command":"x"}}}"#;
    assert!(Servers::read(text).unwrap().find("bad").unwrap().way(&Variables::new()).is_err());
    assert_eq!(launch(text, "good").program, "x");
}

#[test]
fn what_is_put_in_is_not_looked_at_again_and_nothing_comes_from_the_process_unasked() {
    let text =
        r#"{"mcpServers":{"a":{"command":"x","args":["${A}","$A","${EMPTY:-b}","${PATH:-c}"]}}}"#;
    let servers = Servers::read(text).unwrap();
    let variables = Variables::new().set("A", "${B}").set("EMPTY", "");
    let Way::Command(launch) = servers.entries[0].way(&variables).unwrap() else { panic!() };
    assert_eq!(launch.args, ["${B}", "$A", "b", "c"]);
    let process = Variables::of_process().set("A", "1");
    let Way::Command(launch) = servers.entries[0].way(&process).unwrap() else { panic!() };
    assert_ne!(launch.args[3], "c");
    let shown = format!("{:?}", Variables::new().set("KEY", "t0ken").input("k", "t0ken"));
    assert!(!shown.contains("t0ken"), "{shown}");
}

#[test]
fn hostile_texts_are_errors() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!(r#"{{"mcpServers":{{"a":{{"command":"x","rest":{deep}}}}}}}"#);
    // What is not known is not looked into.
    assert_eq!(launch(&nested, "a").program, "x");
    let nested = format!(r#"{{"mcpServers":{{"a":{{"command":{deep}}}}}}}"#);
    assert!(error(&nested).ends_with("expected text"));
    for text in ["/*", "//", "\"", "{\"mcpServers\":{\"a\":{\"command\":\"x\\", "{\u{0}}", "nul"] {
        assert!(Servers::read(text).is_err(), "{text}");
    }
}
