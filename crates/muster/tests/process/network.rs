//! How a server is reached and what it tells of itself: settings, encryption, numbers, logs.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::house::{EMAIL, House, parse, send, until};

fn certificate(house: &House, name: &str) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", &format!("/CN={name}")])
        .arg("-keyout")
        .arg(house.path("key.pem"))
        .arg("-out")
        .arg(house.path("cert.pem"))
        .stderr(Stdio::null())
        .status();
    assert!(made.unwrap().success());
}

/// The answer to a request over an encrypted connection, and what the client says about the certificate.
fn encrypted(address: &str, path: &str) -> (String, String) {
    let mut client = Command::new("openssl")
        .args(["s_client", "-connect", address, "-ign_eof", "-verify_quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    client
        .stdin
        .as_mut()
        .unwrap()
        .write_all(request.as_bytes())
        .unwrap();
    let said = client.wait_with_output().unwrap().stdout;
    let said = String::from_utf8_lossy(&said).into_owned();
    let answer = said
        .find("HTTP/1.1 ")
        .map_or("", |at| &said[at..])
        .to_owned();
    (said, answer)
}

#[test]
fn a_server_encrypts_by_itself_and_takes_a_new_certificate() {
    if Command::new("openssl").arg("version").output().is_err() {
        return eprintln!("skipped: there is no openssl to make certificates and connect with");
    }
    let house = House::with_account(None);
    certificate(&house, "first.example.com");
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| house.path(name).display().to_string());
    let server = house.serve(&[
        "--tls-cert",
        &cert,
        "--tls-key",
        &key,
        "--public-url",
        "https://people.example.com",
    ]);
    let (said, answer) = encrypted(&server.address, "/livez");
    assert!(said.contains("first.example.com"), "{said}");
    let answer = parse(&answer);
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("strict-transport-security")
            .contains("max-age")
    );
    let healthy = house.runs(&["health", "--listen", &server.address]);
    assert!(healthy.contains("200"), "{healthy}");
    certificate(&house, "second.example.com");
    server.signal("-HUP");
    until("the new certificate is shown", || {
        encrypted(&server.address, "/livez")
            .0
            .contains("second.example.com")
    });
    fs::write(house.path("cert.pem"), "not a certificate").unwrap();
    server.signal("-HUP");
    until("the bad one is in the log", || {
        server.log().contains("the certificate stays as it was")
    });
    assert!(
        encrypted(&server.address, "/livez")
            .0
            .contains("second.example.com")
    );
    let refused = house.output(&["serve", "--tls-cert", &cert, "--tls-key", &key]);
    assert_eq!(refused.status.code(), Some(1));
    let only_one = house.output(&["serve", "--tls-cert", &cert]);
    assert!(String::from_utf8_lossy(&only_one.stderr).contains("belong together"));
}

#[test]
fn a_port_without_encryption_sends_browsers_to_the_public_address() {
    let house = House::with_account(None);
    let server = house.serve(&[
        "--redirect-listen",
        "127.0.0.1:0",
        "--public-url",
        "https://people.example.com",
    ]);
    let answer = send(&server.redirect, "GET", "/users?page=2", "", None);
    assert_eq!(answer.status, 308);
    assert_eq!(
        answer.header("location"),
        "https://people.example.com/users?page=2"
    );
}

#[test]
fn numbers_are_on_their_own_address_and_name_nobody() {
    let house = House::with_account(None);
    let server = house.serve(&["--metrics-listen", "127.0.0.1:0"]);
    let cookie = server.sign_in();
    let import = server.import(&cookie, house.people(30).as_ref());
    until("the import has ended", || {
        server.get(&format!("{import}/run"), &cookie).status == 303
    });
    assert_eq!(server.get("/users?q=thandi", &cookie).status, 200);
    assert_eq!(server.get("/metrics", &cookie).status, 404);
    assert_eq!(
        server.get("/nowhere/person7@example.com", &cookie).status,
        404
    );
    let mut numbers = send(&server.metrics, "GET", "/metrics", "", None);
    assert_eq!(numbers.status, 200);
    // The job ends a moment after the import.
    let job = "muster_jobs_total{kind=\"import.apply\",outcome=\"done\"} 1";
    until("the job is counted", || {
        numbers = send(&server.metrics, "GET", "/metrics", "", None);
        numbers.body.contains(job)
    });
    for line in [
        "muster_http_requests_total{method=\"GET\",route=\"/users\",status=\"200\"} 1",
        "muster_http_requests_total{method=\"POST\",route=\"/imports/{id}/start\",status=\"303\"} 1",
        "muster_import_rows_total{outcome=\"created\"} 30",
        "muster_database_connections{pool=\"writing\"",
        "muster_database_wait_seconds_count{pool=\"reading\"}",
        "route=\"unmatched\"",
    ] {
        assert!(numbers.body.contains(line), "{line}\n{}", numbers.body);
    }
    for personal in [
        "example.com",
        "thandi",
        "Nkosi",
        import.rsplit('/').next().unwrap(),
    ] {
        assert!(!numbers.body.contains(personal), "{personal}");
    }
}

#[test]
fn logs_are_json_with_ids_of_requests_and_name_nobody() {
    let house = House::with_account(None);
    let server = house.serve(&["--log-format", "json"]);
    let cookie = server.sign_in();
    let import = server.import(&cookie, house.people(200).as_ref());
    until("the import has ended", || {
        server.get(&format!("{import}/run"), &cookie).status == 303
    });
    server.post(
        "/sign-in",
        "",
        &[("email", EMAIL), ("password", "a wrong password")],
    );
    server.post(
        "/sign-in",
        "",
        &[("email", "nobody@example.net"), ("password", "x")],
    );
    server.post("/forgot", "", &[("email", EMAIL)]);
    server.get("/users?q=person7@example.com", &cookie);
    server.get("/users/person7@example.com", &cookie);
    // The same person again by hand, whose address is taken.
    house.output(&[
        "users",
        "add",
        "first_name=Thandi",
        "last_name=Nkosi",
        "email=person7@example.com",
    ]);
    let shown = server.get("/users", &cookie);
    let id = shown.header("x-request-id");
    until("the last request is in the log", || {
        server.log().contains(id)
    });
    let log = server.log();
    for line in log.lines() {
        let event: Value =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        assert!(
            event["timestamp"].is_string() && event["level"].is_string(),
            "{line}"
        );
    }
    assert!(log.lines().count() > 10);
    let folded = log.to_lowercase();
    for personal in [
        "@example",
        "%40example",
        "thandi",
        "nkosi",
        "maria",
        "wrong password",
    ] {
        assert!(!folded.contains(personal), "{personal}: {log}");
    }
}

#[test]
fn the_log_of_the_demo_has_no_address_and_no_name_of_anybody() {
    let house = House::empty(None);
    let demo = house.start(&["demo", "--listen", "127.0.0.1:0"]);
    let cookie = demo.sign_in_as("demo@example.com", "welcome to muster");
    let people = house.runs(&["users", "export", "--format", "json"]);
    let people: Vec<Value> = serde_json::from_str(&people).unwrap();
    assert!(people.len() > 100);
    for path in [
        "/",
        "/users",
        "/outbox",
        "/activity",
        "/cards",
        "/imports",
        "/devices",
        "/groups",
    ] {
        let shown = demo.get(path, &cookie).status;
        assert!(shown < 400, "{path}: {shown}");
    }
    let of =
        |person: &Value, field: &str| person[field].as_str().unwrap_or_default().to_lowercase();
    for person in people.iter().take(20) {
        demo.get(&format!("/users?q={}", of(person, "email")), &cookie);
        demo.get(&format!("/users/{}", of(person, "id")), &cookie);
    }
    until("the last request is in the log", || {
        demo.log().contains("/users/{id}")
    });
    let log = demo.log().to_lowercase();
    for person in &people {
        for personal in ["email", "phone", "full_name"].map(|field| of(person, field)) {
            let is_there = personal.len() > 3 && log.contains(&personal);
            assert!(!is_there, "{personal}");
        }
    }
}

fn written(path: &Path, text: &str, mode: u32) -> String {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    path.display().to_string()
}

#[test]
fn settings_come_from_options_then_the_environment_then_the_file() {
    let house = House::with_account(None);
    let config = written(
        &house.path("muster.toml"),
        "public-url = \"https://file.example.com\"\nupload-limit-mib = 5\n",
        0o600,
    );
    let location = |command: &mut Command| {
        let shown = command.output().unwrap();
        assert!(shown.status.success(), "{shown:?}");
        String::from_utf8(shown.stdout).unwrap()
    };
    let checked = location(&mut house.command(&["config", "check", "--config", &config]));
    assert!(checked.contains("good   messages"), "{checked}");
    let mut by_environment = house.command(&["config", "check", "--config", &config]);
    by_environment.env("MUSTER_PUBLIC_URL", "people.example.com");
    assert_eq!(by_environment.output().unwrap().status.code(), Some(1));
    for address in ["LISTEN", "REDIRECT_LISTEN", "METRICS_LISTEN"] {
        let mut checked = house.command(&["config", "check", "--config", &config]);
        checked.env(format!("MUSTER_{address}"), "nowhere");
        assert_eq!(
            checked.output().unwrap().status.code(),
            Some(1),
            "{address}"
        );
    }
    let mut by_option = house.command(&[
        "config",
        "check",
        "--config",
        &config,
        "--public-url",
        "https://option.example.com",
    ]);
    by_option.env("MUSTER_PUBLIC_URL", "people.example.com");
    assert!(location(&mut by_option).contains("good   messages"));
}

#[test]
fn a_check_of_the_settings_says_what_is_wrong() {
    let house = House::with_account(None);
    let secret = written(&house.path("smtp"), "smtp://mail.example.com\n", 0o644);
    let text = format!(
        "smtp-file = \"{secret}\"\nmail-from = \"people@example.com\"\nlisten = \"nowhere\"\n\
         tls-cert = \"/nowhere/cert.pem\"\ntls-key = \"/nowhere/key.pem\"\n"
    );
    let config = written(&house.path("muster.toml"), &text, 0o600);
    let checked = house.output(&["config", "check", "--json", "--config", &config]);
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let said = report["findings"].to_string();
    for words in [
        "others may get at it (mode 644)",
        "/nowhere/cert.pem",
        "address and a port",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    written(
        &house.path("muster.toml"),
        "lissten = \"127.0.0.1:1\"\n",
        0o600,
    );
    let refused = house.output(&["serve", "--config", &config]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains("line 1") && said.contains("did you mean \"listen\""),
        "{said}"
    );
}

#[test]
fn the_address_of_the_database_comes_from_a_file() {
    let house = House::with_account(None);
    let url = format!(
        "sqlite:{}\n",
        house.path("data").join("muster.db").display()
    );
    let file = written(&house.path("database"), &url, 0o600);
    let elsewhere = house.path("elsewhere").display().to_string();
    let counted = house.runs(&[
        "users",
        "count",
        "--database-file",
        &file,
        "--data",
        &elsewhere,
    ]);
    assert_eq!(counted.trim(), "1");
}

#[test]
fn doctor_and_health_say_how_it_is() {
    let house = House::with_account(None);
    let report = house.json(&["doctor", "--json"]);
    assert_eq!(report["good"], true, "{report}");
    let whats: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["what"].clone())
        .collect();
    for what in [
        "database",
        "schema",
        "clock",
        "data folder",
        "disk",
        "messages",
    ] {
        assert!(whats.iter().any(|found| found == what), "{what}: {report}");
    }
    house.runs(&["import", &house.people(3), "--yes"]);
    fs::remove_dir_all(house.data().join("imports")).unwrap();
    let elsewhere = house.output(&["doctor"]);
    assert_eq!(elsewhere.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&elsewhere.stdout).contains("data folder that all machines share")
    );
    assert_eq!(
        house
            .output(&["health", "--listen", "127.0.0.1:1"])
            .status
            .code(),
        Some(1)
    );
    let server = house.serve(&[]);
    assert!(
        house
            .runs(&["health", "--listen", &server.address])
            .contains("200")
    );
}

#[test]
fn doctor_makes_neither_a_folder_nor_a_database() {
    let house = House::empty(None);
    let refused = house.output(&["doctor"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there is no data folder"));
    assert!(!house.data().exists());
    fs::create_dir(house.data()).unwrap();
    let refused = house.output(&["doctor"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there is no database"));
    assert_eq!(fs::read_dir(house.data()).unwrap().count(), 0);
}

#[test]
fn a_data_folder_that_others_change_is_wrong_and_one_they_look_into_is_noted() {
    let house = House::with_account(None);
    let commands = [&["doctor"][..], &["config", "check"]];
    for (mode, code, words) in [
        (0o755, 0, ["may look into", "data folder"]),
        (0o777, 1, ["may change what is in", "may change what is in"]),
    ] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(house.data(), mode).unwrap();
        for (command, words) in commands.into_iter().zip(words) {
            let looked = house.output(command);
            let said = String::from_utf8_lossy(&looked.stdout).into_owned();
            assert_eq!(looked.status.code(), Some(code), "{command:?} {said}");
            assert!(said.contains(words), "{said}");
        }
    }
}

#[test]
fn completions_and_manual_pages_are_written_from_the_same_definitions() {
    let house = House::empty(None);
    for shell in ["bash", "zsh", "fish"] {
        let text = house.runs(&["completions", shell]);
        assert!(
            text.contains("backup") && text.contains("metrics-listen"),
            "{shell}"
        );
    }
    let folder = house.path("man").display().to_string();
    house.runs(&["man", &folder]);
    let page = fs::read_to_string(house.path("man").join("muster-backup-verify.1")).unwrap();
    assert!(page.contains("checksums"), "{page}");
    assert!(house.path("man").join("muster.1").exists());
}
