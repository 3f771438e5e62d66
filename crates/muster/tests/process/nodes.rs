//! Several processes on one PostgreSQL and one data folder, and what is left when some of them are killed.

use testkit::{OwnServer, TestDb};

use crate::{
    house::{House, Process, until},
    lossy::{self, Lossy},
};

const PEOPLE: u32 = 80_000;

/// Every row of the file has come to its end, and exactly once.
fn assert_row_equation(house: &House) {
    let import = house.newest_import();
    assert_eq!(import["state"], "done", "{import}");
    assert_eq!(import["created"], PEOPLE, "{import}");
    assert_eq!(house.count(), PEOPLE + 1);
}

fn worker(house: &House) -> Process {
    house.serve(&["--role", "worker"])
}

#[test]
fn any_node_may_be_killed_in_the_middle_of_an_import() {
    testkit::on_postgres(|db: &TestDb| {
        let house = House::with_account(Some(db.url().to_owned()));
        let [first, second] = [(); 2].map(|()| house.serve(&["--role", "web"]));
        let workers = [(); 2].map(|()| worker(&house));
        let cookie = first.sign_in();
        let import = first.import(&cookie, house.people(PEOPLE).as_ref());
        let run = format!("{import}/run");
        until("the second web node shows that rows are written", || {
            let page = second.get(&run, &cookie);
            assert_eq!(page.status, 200, "the import ended too soon");
            house.count() > 1
        });
        first.kill();
        // One of them is at work; a third takes over while the other is killed, too.
        let [one, other] = workers;
        one.kill();
        let _third = worker(&house);
        other.kill();
        assert!(
            house.count() < PEOPLE,
            "the import ended before it was disturbed"
        );
        until("the second web node shows the results", || {
            second
                .get(&run, &cookie)
                .header("location")
                .ends_with("/results")
        });
        assert_row_equation(&house);
    });
}

/// A PostgreSQL that only this test has; why not where it is not installed, which on CI is a failure.
fn own_server() -> Result<OwnServer, String> {
    let server = OwnServer::start_new();
    if let Err(reason) = &server
        && std::env::var("CI").is_ok_and(|ci| ci == "true")
    {
        panic!("{reason}");
    }
    server
}

#[test]
fn an_import_goes_on_after_the_database_was_away() {
    let server = match own_server() {
        Ok(server) => server,
        Err(reason) => return eprintln!("skipped: {reason}"),
    };
    let house = House::with_account(Some(server.url()));
    let web = house.serve(&["--role", "web"]);
    let _worker = worker(&house);
    let cookie = web.sign_in();
    let import = web.import(&cookie, house.people(PEOPLE).as_ref());
    until("rows are written", || house.count() > 1);
    server.stop();
    assert_eq!(web.get("/readyz", "").status, 503);
    assert_eq!(web.get("/livez", "").status, 200);
    server.start();
    until("the import has ended", || {
        web.get(&format!("{import}/run"), &cookie)
            .header("location")
            .ends_with("/results")
    });
    assert_eq!(web.get("/readyz", "").status, 200);
    assert_row_equation(&house);
}

#[test]
fn a_chunk_whose_answer_was_lost_is_not_written_twice() {
    let server = match own_server() {
        Ok(server) => server,
        Err(reason) => return eprintln!("skipped: {reason}"),
    };
    let house = House::with_account(Some(server.url()));
    let web = house.serve(&["--role", "web"]);
    let folder = house.path("socket");
    std::fs::create_dir(&folder).unwrap();
    let lossy = Lossy::before(&server.url(), &folder);
    let _worker = house.serve(&["--role", "worker", "--database", &lossy.url]);
    let cookie = web.sign_in();
    let import = web.import(&cookie, house.people(PEOPLE).as_ref());
    until("the import has ended", || {
        web.get(&format!("{import}/run"), &cookie)
            .header("location")
            .ends_with("/results")
    });
    assert_eq!(lossy.lost(), lossy::MOST);
    assert_row_equation(&house);
}

#[test]
fn a_stop_in_the_middle_of_an_import_is_quick_and_loses_nothing() {
    let house = House::with_account(None);
    let mut server = house.serve(&[]);
    let cookie = server.sign_in();
    server.import(&cookie, house.people(PEOPLE).as_ref());
    until("rows are written", || house.count() > 1);
    assert!(server.terminate().success());
    let import = house.newest_import();
    assert_eq!(import["state"], "running", "{import}");
    let written = house.count();
    assert_eq!(
        (written - 1) % 10_000,
        0,
        "a chunk is written or not: {written}"
    );
    let _again = worker(&house);
    until("the import has ended", || {
        house.newest_import()["state"] == "done"
    });
    assert_row_equation(&house);
}
