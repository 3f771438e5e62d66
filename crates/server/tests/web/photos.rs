//! Photos: one at a time and many at once, and who sees them.

use std::{
    io::{Cursor, Write},
    time::Duration,
};

use axum::{
    body::Body,
    http::{Method, header},
};
use image::{ExtendedColorType, ImageEncoder, RgbImage, codecs::png::PngEncoder};
use kernel::Role;
use testkit::{TestDb, on_both};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::site::{Account, Answer, Site, request};

const BOUNDARY: &str = "photos-of-the-test";

/// A picture of one colour.
pub(crate) fn png(colour: u8) -> Vec<u8> {
    let image = RgbImage::from_pixel(120, 80, image::Rgb([colour, 40, 40]));
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&image, 120, 80, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

pub(crate) fn zipped(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn post(
    site: &Site,
    path: &str,
    files: &[(&str, &str, Vec<u8>)],
    fields: &[(&str, &str)],
    cookie: &str,
) -> Answer {
    let mut body = Vec::new();
    for (field, name, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    for (name, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = request(Method::POST, path, cookie)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(body));
    site.send(request.unwrap())
}

pub(crate) fn set(site: &Site, path: &str, bytes: Vec<u8>, cookie: &str) -> Answer {
    post(site, path, &[("photo", "me.png", bytes)], &[], cookie)
}

/// Uploads many, and says where that leads to.
pub(crate) fn begin(
    site: &Site,
    files: &[(&str, Vec<u8>)],
    fields: &[(&str, &str)],
    cookie: &str,
) -> String {
    let files: Vec<_> = files
        .iter()
        .map(|(name, bytes)| ("files", *name, bytes.clone()))
        .collect();
    let answer = post(site, "/photos", &files, fields, cookie);
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

const BY_ALL: [(&str, &str); 3] = [
    ("recognise", "external_id"),
    ("recognise", "email"),
    ("recognise", "id"),
];

/// People 1 and 2 by external id, a third by e-mail.
fn three(site: &Site, account: &Account) -> [String; 3] {
    let made = ["one", "two", "three"].map(|name| {
        site.person(account, name, &format!("{name}@example.com"))
            .to_string()
    });
    site.execute("update users set external_id = 'E-1', external_id_key = 'e-1' where email = 'one@example.com'");
    site.execute("update users set external_id = 'E-2', external_id_key = 'e-2' where email = 'two@example.com'");
    made
}

fn outcomes(site: &Site, page: &str, cookie: &str) -> Vec<String> {
    let csv = site.get(&format!("{page}/results.csv"), cookie);
    assert_eq!(csv.status, 200);
    csv.body
        .lines()
        .skip(1)
        .map(|line| line.split(',').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

on_both! {
    fn an_administrator_sets_replaces_and_removes_a_photo(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let admin = site.member(&account, Role::Admin);
        let thandi = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let path = format!("/users/{thandi}/photo");
        assert_eq!(site.get(&path, &admin).status, 404);
        assert_eq!(set(&site, &path, png(200), &admin).status, 303);
        let photo = site.get(&path, &admin);
        assert_eq!((photo.status.as_u16(), photo.header("content-type")), (200, "image/jpeg"));
        assert_eq!(photo.header("x-content-type-options"), "nosniff");
        assert!(photo.header("cache-control").starts_with("private"));
        let first = site.get("/users", &admin).body;
        let shown = |body: &str| body.split(&format!("{path}?size=small&#38;v=")).nth(1).map(|rest| rest[..12].to_owned());
        let version = shown(&first).expect("the list shows it");
        assert!(site.get(&format!("/users/{thandi}"), &admin).body.contains(&format!("{path}?v={version}")));
        set(&site, &path, png(20), &admin);
        assert_ne!(shown(&site.get("/users", &admin).body), Some(version));
        assert_eq!(site.count("select count(*) as n from photos"), 1);
        assert_eq!(site.post(&format!("{path}/remove"), &[], &admin).status, 303);
        assert_eq!(site.post(&format!("{path}/remove"), &[], &admin).status, 404);
        assert_eq!(site.get(&path, &admin).status, 404);
        let trail = site.get(&format!("/users/{thandi}/activity"), &admin).body;
        assert!(trail.contains("set the photo of Thandi") && trail.contains("removed the photo of Thandi"), "{trail}");
    }

    fn what_is_no_photo_is_refused_in_words(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let path = format!("/users/{}/photo", account.owner);
        let large = vec![0xFF; (3 << 20) + 1];
        for (bytes, words) in [
            (b"<svg onload=alert(1)>".to_vec(), "an SVG drawing"),
            (b"hello".to_vec(), "not a picture"),
            (png(9)[..60].to_vec(), "damaged"),
            (large, "larger than 3 MB"),
            (Vec::new(), "Choose a picture"),
        ] {
            let refused = set(&site, &path, bytes, &owner);
            assert!(refused.status == 409 && refused.body.contains(words), "{words}: {}", refused.body);
        }
        assert_eq!(site.count("select count(*) as n from photos"), 0);
    }

    fn people_set_their_own_photo_unless_the_account_says_otherwise(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.member(&account, Role::User);
        let owner = site.sign_in("maria@example.com");
        assert_eq!(set(&site, "/me/photo", png(200), &person).status, 303);
        assert!(site.get("/me", &person).body.contains("/me/photo?v="));
        assert_eq!(site.get("/me/photo", &person).header("content-type"), "image/jpeg");
        assert_eq!(site.get("/me/photo", &owner).status, 404);
        let theirs = format!("/users/{}/photo", account.owner);
        assert_eq!(site.get(&theirs, &person).status, 403);
        assert_eq!(set(&site, &theirs, png(1), &person).status, 403);
        assert_eq!(site.post("/settings/photos", &[("megabytes", "2")], &owner).status, 303);
        assert_eq!(set(&site, "/me/photo", png(10), &person).status, 409);
        assert_eq!(site.post("/me/photo/remove", &[], &person).status, 409);
        assert!(!site.get("/me", &person).body.contains("Change photo"));
        for bad in ["0", "11", "x", ""] {
            assert_eq!(site.post("/settings/photos", &[("megabytes", bad)], &owner).status, 422, "{bad}");
        }
    }

    fn a_photo_is_out_of_reach_for_another_account(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let path = format!("/users/{}/photo", account.owner);
        set(&site, &path, png(200), &owner);
        site.account("Elsewhere", "other@example.com");
        let other = site.sign_in("other@example.com");
        assert_eq!(site.get(&path, &other).status, 404);
        assert_eq!(set(&site, &path, png(1), &other).status, 404);
        assert_eq!(site.post(&format!("{path}/remove"), &[], &other).status, 404);
        let batch = begin(&site, &[("maria@example.com.png", png(7))], &BY_ALL, &other);
        site.jobs();
        assert_eq!(outcomes(&site, &batch, &other), ["maria@example.com.png nobody"]);
        assert_eq!(site.get(&batch, &owner).status, 404);
        assert_eq!(site.get(&format!("{batch}/results.csv"), &owner).status, 404);
    }

    fn many_files_find_their_people_by_name(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let [_, _, three] = three(&site, &account);
        let by_id = format!("{three}.webp");
        let files = [
            ("E-1.png", png(10)),
            ("two@EXAMPLE.com.png", png(20)),
            (by_id.as_str(), png(30)),
            ("e-2.jpg", png(40)),
            ("E-9.png", png(50)),
            ("E-1.txt", b"notes".to_vec()),
            ("maria@example.com.png", b"no picture".to_vec()),
        ];
        let page = begin(&site, &files, &BY_ALL, &owner);
        assert!(site.get(&page, &owner).body.contains("http-equiv=\"refresh\""));
        site.jobs();
        assert_eq!(outcomes(&site, &page, &owner), [
            "E-1.png stored", "two@EXAMPLE.com.png stored", &format!("{by_id} stored"), "e-2.jpg repeated",
            "E-9.png nobody", "E-1.txt not_a_picture", "maria@example.com.png not_a_picture",
        ]);
        let shown = site.get(&page, &owner).body;
        assert!(shown.contains("No such person") && shown.contains("Second for one person") && shown.contains("This is not a picture."));
        assert_eq!(site.get(&format!("{page}?outcome=nobody"), &owner).body.matches("<th scope=\"row\"").count(), 1);
        assert_eq!(site.count("select files - stored - replaced - kept - refused as n from photo_batches"), 0);
        assert_eq!(site.count("select count(*) as n from photos"), 3);
        assert!(site.get("/notifications", &owner).body.contains("3 photos stored"));
        assert_eq!(std::fs::read_dir(site.folder.path().join("photos")).unwrap().count(), 0);
    }

    fn the_first_picture_of_a_person_counts_not_their_first_file(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        three(&site, &account);
        let files = [("E-1.txt", b"notes".to_vec()), ("E-1.png", png(10)), ("e-1.webp", png(20))];
        let page = begin(&site, &files, &BY_ALL, &owner);
        site.jobs();
        assert_eq!(outcomes(&site, &page, &owner), ["E-1.txt not_a_picture", "E-1.png stored", "e-1.webp repeated"]);
    }

    fn files_that_are_called_the_same_do_not_sink_the_upload(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        three(&site, &account);
        let twice = [("E-1.png", png(10)), ("E-2.png", png(20)), ("E-1.png", png(30))];
        let page = begin(&site, &twice, &BY_ALL, &owner);
        site.jobs();
        assert_eq!(outcomes(&site, &page, &owner), ["E-1.png stored", "E-2.png stored", "E-1.png repeated"]);
        assert_eq!(site.count("select count(*) as n from photos"), 2);
    }

    fn photos_that_are_there_are_kept_or_replaced(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let [one, ..] = three(&site, &account);
        let before = site.get(&format!("/users/{one}/photo"), &owner).body;
        let archive = |colour| zipped(&[("team/E-1.png", png(colour)), ("__MACOSX/._E-1.png", vec![0]), ("../E-2.png", png(colour))]);
        let first = begin(&site, &[("photos.zip", archive(10))], &BY_ALL, &owner);
        site.jobs();
        assert_eq!(outcomes(&site, &first, &owner), ["team/E-1.png stored", "../E-2.png not_a_picture"]);
        let stored = site.get(&format!("/users/{one}/photo"), &owner).body;
        assert_ne!(before, stored);
        let second = begin(&site, &[("photos.zip", archive(200))], &BY_ALL, &owner);
        site.jobs();
        assert_eq!(outcomes(&site, &second, &owner).first().unwrap(), "team/E-1.png kept");
        assert_eq!(stored, site.get(&format!("/users/{one}/photo"), &owner).body);
        let with = [BY_ALL[0], ("existing", "replace")];
        let third = begin(&site, &[("photos.zip", archive(200))], &with, &owner);
        site.jobs();
        assert_eq!(outcomes(&site, &third, &owner).first().unwrap(), "team/E-1.png replaced");
        assert_ne!(stored, site.get(&format!("/users/{one}/photo"), &owner).body);
    }

    fn a_name_that_means_two_people_is_nobodys(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let [.., three] = three(&site, &account);
        // One person's own number is the id of another.
        let clash = format!("update users set external_id = '{three}', external_id_key = '{three}' where email = 'one@example.com'");
        site.execute(clash.leak());
        let file = format!("{three}.png");
        let page = begin(&site, &[(&file, png(1))], &BY_ALL, &owner);
        site.jobs();
        assert_eq!(outcomes(&site, &page, &owner), [format!("{file} several")]);
        let page = begin(&site, &[(&file, png(1))], &[("recognise", "id")], &owner);
        site.jobs();
        assert_eq!(outcomes(&site, &page, &owner), [format!("{file} stored")]);
    }

    fn an_upload_that_cannot_be_read_says_so(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let nothing = post(&site, "/photos", &[("files", "", Vec::new())], &BY_ALL, &owner);
        assert!(nothing.status == 422 && nothing.body.contains("Choose pictures or a ZIP first"));
        let no_key = post(&site, "/photos", &[("files", "a.png", png(1))], &[], &owner);
        assert!(no_key.status == 422 && no_key.body.contains("Choose what file names say"));
        let both = [("files", "a.zip", zipped(&[])), ("files", "b.png", png(1))];
        assert_eq!(post(&site, "/photos", &both, &BY_ALL, &owner).status, 422);
        assert_eq!(site.count("select count(*) as n from photo_batches"), 0);
        assert!(!site.folder.path().join("photos").exists() || std::fs::read_dir(site.folder.path().join("photos")).unwrap().count() == 0);
        let page = begin(&site, &[("a.zip", b"PK no archive".to_vec())], &BY_ALL, &owner);
        site.jobs();
        assert!(site.get(&page, &owner).body.contains("No photo was stored"));
        let empty = begin(&site, &[("a.zip", zipped(&[]))], &BY_ALL, &owner);
        site.jobs();
        assert!(site.get(&empty, &owner).body.contains("Done"));
    }

    fn a_stop_goes_on_where_it_was_and_files_that_vanish_end_it(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        three(&site, &account);
        let mut files = vec![("E-1.png".to_owned(), png(10))];
        files.extend((0..68).map(|n| (format!("nobody {n}.png"), Vec::new())));
        files.push(("E-2.png".to_owned(), png(20)));
        let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        site.runner.context().wake.stop();
        let [first, second] = ["a.zip", "b.zip"].map(|name| {
            let batch = begin(&site, &[(name, zipped(&files))], &BY_ALL, &owner);
            // Of two jobs of one moment either may be the first.
            site.clock.advance(Duration::from_secs(1));
            batch
        });
        site.runner.run_one().unwrap();
        let page = site.get(&first, &owner).body;
        assert!(page.contains("64 of 70 files"), "{page}");
        assert_eq!(site.count("select count(*) as n from photos"), 1);
        site.runner.run_one().unwrap();
        let all = outcomes(&site, &first, &owner);
        assert_eq!((all.len(), &*all[0], &*all[69]), (70, "E-1.png stored", "E-2.png stored"));
        assert!(site.get("/notifications", &owner).body.contains("a.zip: 2 photos stored, 0 replaced, 0 kept, 68 files refused"));
        // Of the second, the files are gone when the server is back.
        site.execute("delete from photos");
        site.runner.run_one().unwrap();
        std::fs::remove_dir_all(site.folder.path().join("photos")).unwrap();
        site.jobs();
        assert!(site.get(&second, &owner).body.contains("Not all photos were stored"));
        let told = site.get("/notifications", &owner).body;
        assert!(told.contains("b.zip: it ended with 1 stored, because"), "{told}");
    }

    fn a_field_of_the_form_is_no_way_to_fill_the_memory(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let long = "x".repeat(101);
        for field in ["recognise", "existing"] {
            let answer = post(&site, "/photos", &[("files", "a.png", png(1))], &[BY_ALL[0], (field, &long)], &owner);
            assert_eq!(answer.status, 400, "{field}");
        }
        assert_eq!(site.count("select count(*) as n from photo_batches"), 0);
        assert_eq!(std::fs::read_dir(site.folder.path().join("photos")).unwrap().count(), 0);
    }

    fn a_persons_own_cards_show_no_whole_number(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.member(&account, Role::User);
        site.execute("insert into cards (account_id, id, user_id, number, card_type, state, created_at) select account_id, id, id, '1A2B3C4D', 'qr', 'active', 0 from users where role = 'user'");
        let page = site.get("/me", &person).body;
        assert!(page.contains("••••1101") && !page.contains("439041101") && !page.contains("1A2B3C4D"), "{page}");
        assert!(page.contains("<svg") && page.contains("QR code of the card"));
        site.execute("update cards set state = 'paused'");
        assert!(!site.get("/me", &person).body.contains("QR code of the card"));
    }
}
