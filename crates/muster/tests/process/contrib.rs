//! What is in `contrib/` works with the program that it starts.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::house::House;

fn contrib(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contrib");
    fs::read_to_string(path.join(name)).unwrap()
}

#[test]
fn the_health_check_of_the_container_finds_the_server() {
    let file = contrib("Containerfile");
    let (_, check) = file.split_once("HEALTHCHECK").unwrap();
    let (_, command) = check.split_once("CMD ").unwrap();
    let command: Vec<String> = serde_json::from_str(command.lines().next().unwrap()).unwrap();
    let arguments: Vec<&str> = command[1..].iter().map(String::as_str).collect();
    let house = House::with_account(None);
    let server = house.serve(&[]);
    let asked = house
        .command(&arguments)
        .env("MUSTER_LISTEN", &server.address)
        .output();
    let asked = asked.unwrap();
    assert!(asked.status.success(), "{asked:?}");
}

#[test]
fn a_reload_of_the_unit_does_not_end_a_server_without_certificates() {
    assert!(contrib("muster.service").contains("ExecReload=/bin/kill -HUP $MAINPID"));
    let house = House::with_account(None);
    let mut server = house.serve(&[]);
    server.signal("-HUP");
    assert_eq!(server.get("/livez", "").status, 200);
    assert!(server.terminate().success());
}

#[test]
fn the_nightly_unit_writes_a_backup_and_verifies_it() {
    let unit = contrib("muster-backup.service");
    let (_, command) = unit.split_once("ExecStart=/bin/sh -c '").unwrap();
    let (command, _) = command.split_once("'\n").unwrap();
    let house = House::with_account(None);
    let backups = house.path("backups");
    fs::create_dir(&backups).unwrap();
    let command = command
        .replace("%%", "%")
        .replace("/var/lib/muster-backup", &backups.display().to_string());
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_muster"));
    let mut path = binary.parent().unwrap().display().to_string();
    path.push_str(":/usr/bin:/bin");
    let run = Command::new("/bin/sh")
        .args(["-c", &command])
        .env_clear()
        .env("PATH", path)
        .env("MUSTER_DATA", house.data())
        .output();
    let run = run.unwrap();
    assert!(run.status.success(), "{run:?}");
    assert!(String::from_utf8_lossy(&run.stdout).contains("verified"));
    let made: Vec<_> = fs::read_dir(&backups).unwrap().collect();
    assert_eq!(made.len(), 1);
}
