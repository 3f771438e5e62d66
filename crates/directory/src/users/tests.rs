//! What is wrong with a person who is typed in.

use testkit::{TestDb, on_both};

use super::{Complaint, Draft, SaveUser, Typed, add, read};
use crate::{
    Ctx,
    scene::{account, person},
};

fn draft(db: &TestDb, ctx: &Ctx, email: &str) -> Result<Draft, Vec<Complaint>> {
    let mut typed = Typed::default();
    for (key, value) in [("first_name", "Ada"), ("email", email)] {
        typed.set(key, value);
    }
    db.read_blocking(|tx| read(tx, ctx, &typed, None)).unwrap()
}

on_both! {
    fn a_key_is_told_as_taken_even_if_its_holder_is_not(db: &TestDb) {
        let owner = account(db, "Harbour");
        person(db, &owner, "Thandi Nkosi");
        // Whoever leads no team sees nobody.
        let (_, blind) = person(db, &owner, "Ben Blind");
        let told = |ctx: &Ctx| {
            let complaints = draft(db, ctx, "Thandi.Nkosi@example.com").unwrap_err();
            let of_email = complaints.into_iter().find(|one| one.field == "email").unwrap();
            (of_email.is_taken, of_email.holder.is_some())
        };
        assert_eq!(told(&owner), (true, true));
        assert_eq!(told(&blind), (true, false));
        let wrong = draft(db, &owner, "no address").unwrap_err();
        assert!(!wrong[0].is_taken);
    }

    fn a_key_that_somebody_else_got_meanwhile_is_told_as_taken(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (first, second) = (draft(db, &ctx, "ada@example.com").unwrap(), draft(db, &ctx, "ADA@example.com").unwrap());
        db.write_blocking(|tx| add(tx, &ctx, &first)).unwrap();
        let lost = db.write_blocking(|tx| add(tx, &ctx, &second)).unwrap_err();
        assert_eq!(lost.code(), "already_taken");
        assert!(matches!(lost, SaveUser::Field(complaint) if complaint.is_taken && complaint.field == "email"));
    }
}
