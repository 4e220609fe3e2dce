//! `--login` and `logout`. The browser is this test, which reads what there is to be opened.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;
use toolwright::auth::SigningKey;
use toolwright::auth::server::ProtectedResource;
use toolwright::http::Serve as _;
use toolwright::tool::FnTools;
use toolwright::{Context, Server};
use toolwright_auth::testing::{AuthorizationServer, Client, Endpoint};

use crate::{directory, toolwright};

const BACK: &str = "http://127.0.0.1/callback";

/// A server that nobody gets into without a token, and who gives these out.
struct World {
    login: AuthorizationServer,
    url: String,
    folder: PathBuf,
}

impl World {
    async fn new(test: &str) -> Self {
        let login = AuthorizationServer::start().await.unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}/mcp");
        let resource = ProtectedResource::new(&url).authorization_server(login.issuer());
        let add = FnTools::new().tool("add", "Adds.", |_: Context, _: ()| async { "3" });
        let server = Server::new("sums", "1.0.0").tools(add);
        let runner = server.http(format!("127.0.0.1:{port}")).authority(resource);
        tokio::spawn(runner.bind().await.unwrap().run());
        let folder = directory(test);
        let config = serde_json::json!({ "mcpServers": { "it": { "url": &url } } });
        std::fs::write(folder.join("mcp.json"), config.to_string()).unwrap();
        Self { login, url, folder }
    }

    /// Runs a command: exit code, both outputs, and how many pages it wanted opened.
    async fn run(&self, arguments: &[&str], secret: &str) -> (i32, String, String, usize) {
        let mut command = Command::from(toolwright());
        // There is no `xdg-open` in there.
        command.env("XDG_CONFIG_HOME", &self.folder).env("PATH", &self.folder);
        command.env("TOOLWRIGHT_CLIENT_SECRET", secret).args(arguments).current_dir(&self.folder);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (mut told, mut pages) = (String::new(), 0);
        while let Some(line) = lines.next_line().await.unwrap() {
            match line.strip_prefix("To log in, open ") {
                Some(url) => {
                    pages += 1;
                    let back = visit(url).await.unwrap();
                    visit(&back).await;
                }
                None => told.push_str(&line),
            }
        }
        let output = child.wait_with_output().await.unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), out, told, pages)
    }

    fn asked(&self, endpoint: Endpoint) -> usize {
        self.login.asked(endpoint).len()
    }
}

/// Opens a page: where it leads.
async fn visit(url: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("http://")?.split_once('/')?;
    let mut stream = TcpStream::connect(host).await.ok()?;
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    let lines = answer.lines().filter_map(|line| line.split_once(": "));
    let mut places = lines.filter(|(name, _)| name.eq_ignore_ascii_case("location"));
    places.next().map(|(_, place)| place.to_owned())
}

fn key() -> (String, serde_json::Value) {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = home.join("../runtime/auth/tests/keys/p256.pem");
    let key = SigningKey::from_pem(&std::fs::read_to_string(&path).unwrap()).unwrap();
    (path.display().to_string(), serde_json::from_str(&key.public_jwk()).unwrap())
}

#[tokio::test]
async fn whoever_connects_may_log_in_once_for_all() {
    let world = World::new("logins").await;
    let tools = ["tools", "--config", "mcp.json"];
    let generate = ["generate", "--client", "--from-url", &world.url];
    for arguments in [&tools[..], &generate[..]] {
        let (code, _, err, pages) = world.run(arguments, "").await;
        assert_eq!((code, pages), (1, 0), "{err}");
    }
    for (arguments, found, opened) in [(&generate[..], "fn add(", 1), (&tools[..], "it_add", 0)] {
        let arguments = [arguments, &["--login", "--scope", "sums"][..]].concat();
        let (code, out, err, pages) = world.run(&arguments, "").await;
        assert_eq!((code, pages), (0, opened), "{err}");
        assert!(out.contains(found), "{out}");
    }
    assert_eq!(world.login.asked(Endpoint::Authorize)[0].parameter("scope"), Some("sums"));
    for (told, revoked) in [("ended the tokens", 2), ("nobody was logged in", 2)] {
        let (code, out, err, _) = world.run(&["logout", &world.url], "").await;
        assert_eq!((code, out.as_str()), (0, ""), "{err}");
        assert!(err.contains(told), "{err}");
        assert_eq!(world.asked(Endpoint::Revoke), revoked);
    }
    let (code, _, err, pages) = world.run(&[&tools[..], &["--login"]].concat(), "").await;
    assert_eq!((code, pages), (0, 1), "{err}");
}

#[tokio::test]
async fn clients_may_be_registered_beforehand() {
    let world = World::new("registered").await;
    let (path, jwk) = key();
    world.login.register(Client::with_secret("app", "hush").redirect(BACK));
    world.login.register(Client::with_key("signer", jwk).redirect(BACK));
    let issuer = world.login.issuer();
    for (id, secret, more) in [("app", "hush", &[][..]), ("signer", "", &["--client-key", &path])] {
        let known = [&["--issuer", issuer, "--client-id", id][..], more].concat();
        let generate = [&["generate", "--from-url", &world.url, "--login"][..], &known].concat();
        let (code, _, err, pages) = world.run(&generate, secret).await;
        assert_eq!((code, pages), (0, 1), "{err}");
        let logout = [&["logout", &world.url][..], &known].concat();
        let (code, _, err, _) = world.run(&logout, secret).await;
        assert!(code == 0 && err.contains("ended"), "{err}");
    }
    assert_eq!(world.asked(Endpoint::Register), 0);
    assert_eq!(world.asked(Endpoint::Revoke), 4);
    // Without its secret, the client cannot have them ended; they are gone all the same.
    let known = ["--issuer", issuer, "--client-id", "app"];
    let generate = [&["generate", "--from-url", &world.url, "--login"][..], &known].concat();
    assert_eq!(world.run(&generate, "hush").await.0, 0);
    let logout = [&["logout", &world.url][..], &known].concat();
    let (code, _, err, _) = world.run(&logout, "").await;
    assert!(code == 1 && err.contains("forgotten here"), "{err}");
    let (code, _, err, _) = world.run(&logout, "hush").await;
    assert!(code == 0 && err.contains("nobody"), "{err}");
}

#[tokio::test]
async fn what_makes_no_sense_is_said() {
    let world = World::new("senseless").await;
    let issuer = world.login.issuer();
    for arguments in [
        &["generate", "mcp.json", "--login"][..],
        &["generate", "--from-url", &world.url, "--issuer", issuer],
        &["generate", "--from-url", &world.url, "--scope", "sums"],
        &["generate", "--from-url", &world.url, "--trust-proxy"],
        &["tools", "--config", "mcp.json", "--login", "--client-id", "app"],
        &["tools", "--config", "mcp.json", "--login", "--issuer", issuer, "--client-key", "x"],
        &["logout"],
    ] {
        let (code, _, err, _) = world.run(arguments, "").await;
        assert_eq!(code, 2, "{arguments:?}: {err}");
    }
    let known = ["--login", "--issuer", issuer, "--client-id", "app", "--client-key", "mcp.json"];
    let (code, _, err, _) =
        world.run(&[&["tools", "--config", "mcp.json"][..], &known].concat(), "").await;
    assert!(code == 2 && err.contains("mcp.json: "), "{err}");
}
