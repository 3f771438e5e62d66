//! Cards that somebody else holds: what becomes of them, on every page that says so.

use testkit::{TestDb, on_both};

use crate::{
    imports::{get, post, rev, signed_in},
    site::Site,
};

const FILE: &[u8] = b"User ID,First name,Last name,Card ID\n9,Nina,New,1\n8,Otto,New,8\n";

/// A draft with a row whose card Anna holds.
fn contested(site: &Site, cookie: &str, fields: &[(&str, &str)]) -> String {
    let known = b"User ID,First name,Last name,Card ID\n1,Anna,Known,1\n";
    let id = uploaded(site, cookie, known, &[]);
    let plan = get(site, cookie, &id, "plan");
    post(site, cookie, &id, "start", &[("rev", &rev(&plan))]);
    site.work();
    uploaded(site, cookie, FILE, fields)
}

fn uploaded(site: &Site, cookie: &str, file: &[u8], fields: &[(&str, &str)]) -> String {
    let answer = site.upload("people.csv", file, fields, cookie);
    site.work();
    let location = answer.header("location");
    location.rsplit('/').next().unwrap().to_owned()
}

on_both! {
    fn a_card_is_left_unless_somebody_says_to_move_it(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = contested(&site, &cookie, &[]);
        let plan = get(&site, &cookie, &id, "plan").body;
        assert!(plan.contains("1 card stays with somebody else"), "{plan}");
        let review = get(&site, &cookie, &id, "review?code=card_id_in_use&field=card_id");
        assert!(review.body.contains("it stays with Anna Known"), "{}", review.body);
        assert!(review.body.contains(">Move these cards</button>"), "{}", review.body);
        assert!(!review.body.contains(">Leave them with their holders</button>"));

        let fields = [
            ("rev", rev(&review)),
            ("fix", "card_move".to_owned()),
            ("code", "card_id_in_use".to_owned()),
            ("field", "card_id".to_owned()),
        ];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let look = post(&site, &cookie, &id, "edit", &fields);
        assert_eq!(look.status, 200);
        for words in ["Move cards from their holders", "the card", "is moved", "Move the cards of 1 row"] {
            assert!(look.body.contains(words), "{words} in {}", look.body);
        }
        let edit = r#"{"fix":{"do":"card","held":"move"},"rows":{"of":"problem","code":"card_id_in_use","field":"card_id"}}"#;
        let done = post(&site, &cookie, &id, "edit", &[("rev", &rev(&look)), ("edit", edit)]);
        assert_eq!(done.status, 303, "{}", done.body);
        site.work();
        let changes = get(&site, &cookie, &id, "changes");
        assert!(changes.body.contains("Move cards from their holders"), "{}", changes.body);
        let plan = get(&site, &cookie, &id, "plan").body;
        for words in ["Cards moved", "1 card is taken from its holder", "<td>Anna Known</td><td>Nina New</td>"] {
            assert!(plan.contains(words), "{words} in {plan}");
        }
        let review = get(&site, &cookie, &id, "review?code=card_moved&field=card_id").body;
        assert!(review.contains(">Leave them with their holders</button>"), "{review}");

        let plan = get(&site, &cookie, &id, "plan");
        post(&site, &cookie, &id, "start", &[("rev", &rev(&plan))]);
        site.work();
        let undo = get(&site, &cookie, &id, "undo").body;
        assert!(undo.contains("1 card is given back to those who held them"), "{undo}");
    }

    fn the_choice_for_the_import_can_be_made_before_and_changed_after(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = contested(&site, &cookie, &[("card_held", "move")]);
        assert!(get(&site, &cookie, &id, "plan").body.contains("Cards moved"));
        let map = get(&site, &cookie, &id, "map");
        let chosen = "<option value=\"move\" selected>Move them to the person of the row</option>";
        assert!(map.body.contains(chosen), "{}", map.body);
        let fields = [("rev", rev(&map)), ("card_held", "refuse".to_owned()), ("then", "check".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(post(&site, &cookie, &id, "map", &fields).status, 303);
        site.work();
        let review = get(&site, &cookie, &id, "review?code=card_id_in_use&field=card_id").body;
        assert!(review.contains("Anna Known holds it"), "{review}");
        for words in [">Move these cards</button>", ">Leave them with their holders</button>"] {
            assert!(review.contains(words), "{words} in {review}");
        }
    }
}
