//! Who may have webhooks, and of whose they hear.

use std::{collections::BTreeSet, sync::Arc};

use directory::{
    Action, Actor, Ctx,
    activity::Area,
    roles::{AdminRole, Scope},
};
use kernel::{EventId, Role};
use testkit::{TestDb, on_both};
use uuid::Uuid;

use super::{
    receiver::Receiver,
    scene::{account, get, happen, log, settings, webhook},
};
use crate::{
    Address, deliveries,
    subscriptions::{self, Areas, Changes, NewWebhook},
};

fn with_role(ctx: &Ctx, role: Role, custom: Option<AdminRole>) -> Ctx {
    Ctx {
        actor: Actor::new(Some(ctx.new_id()), "Mallory", role).with(custom.map(Arc::new)),
        ..ctx.clone()
    }
}

on_both! {
    fn only_who_sees_everybody_and_the_whole_log_may_have_webhooks(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, _) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        let custom = |actions: &[Action]| AdminRole {
            id: ctx.new_id(),
            name: "Custom".to_owned(),
            actions: actions.iter().copied().collect(),
            groups: Scope::All,
            workflows: Scope::All,
            version: 1,
        };
        let both = [Action::ManageTokens, Action::ViewActivity];
        let of_groups = AdminRole { groups: Scope::Selected(BTreeSet::new()), ..custom(&both) };
        let of_workflows = AdminRole { workflows: Scope::Selected(BTreeSet::new()), ..custom(&both) };
        let refused = [
            with_role(&ctx, Role::User, None),
            with_role(&ctx, Role::Manager, None),
            with_role(&ctx, Role::Admin, Some(custom(&[Action::ManageTokens]))),
            with_role(&ctx, Role::Admin, Some(custom(&[Action::ViewActivity]))),
            with_role(&ctx, Role::Admin, Some(of_groups)),
            with_role(&ctx, Role::Admin, Some(of_workflows)),
        ];
        for ctx in &refused {
            let list = db.read_blocking(|tx| subscriptions::list(tx, ctx)).unwrap_err();
            assert_eq!(list.code(), "not_permitted");
            let rotated = db.write_blocking(|tx| subscriptions::rotate(tx, ctx, id)).unwrap_err();
            assert_eq!(rotated.code(), "not_permitted");
            let tested = db.write_blocking(|tx| deliveries::test(tx, ctx, id)).unwrap_err();
            assert_eq!(tested.code(), "not_permitted");
            let seen = db.read_blocking(|tx| deliveries::page(tx, ctx, id, None, None, 10)).unwrap_err();
            assert_eq!(seen.code(), "not_permitted");
        }
        for ctx in [with_role(&ctx, Role::Admin, None), with_role(&ctx, Role::Admin, Some(custom(&both)))] {
            assert_eq!(db.read_blocking(|tx| subscriptions::list(tx, &ctx)).unwrap().len(), 1);
        }
    }

    fn an_account_never_sees_the_webhooks_of_another(db: &TestDb) {
        let (ours, theirs, receiver) = (account(db, "Harbour"), account(db, "Quarry"), Receiver::start());
        let (id, _) = webhook(db, &ours, &receiver, &[Area::Imports]);
        happen(db, &ours, "import.start", None::<Uuid>, "ours");
        let event = log(db, &ours, id)[0].event;
        assert_eq!(db.read_blocking(|tx| subscriptions::list(tx, &theirs)).unwrap(), []);
        let random: EventId = theirs.new_id();
        for event in [event, random] {
            let refusals = [
                db.read_blocking(|tx| subscriptions::get(tx, &theirs, id)).map(drop),
                db.read_blocking(|tx| deliveries::page(tx, &theirs, id, None, None, 9)).map(drop),
                db.read_blocking(|tx| deliveries::get(tx, &theirs, id, event)).map(drop),
                db.write_blocking(|tx| deliveries::redeliver(tx, &theirs, id, event)),
                db.write_blocking(|tx| deliveries::test(tx, &theirs, id)).map(drop),
                db.write_blocking(|tx| subscriptions::rotate(tx, &theirs, id)).map(drop),
                db.write_blocking(|tx| subscriptions::end_old_secret(tx, &theirs, id)),
                db.write_blocking(|tx| subscriptions::switch(tx, &theirs, id, false)),
                db.write_blocking(|tx| subscriptions::change(tx, &theirs, id, &Changes::default(), None)).map(drop),
                db.write_blocking(|tx| subscriptions::delete(tx, &theirs, id)),
            ];
            for refusal in refusals {
                assert_eq!(refusal.unwrap_err().code(), "webhook_not_found");
            }
        }
        assert_eq!(get(db, &ours, id).revision, 1);
    }

    fn a_webhook_is_made_once_changed_and_deleted_with_its_log(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let new = NewWebhook {
            id: ctx.new_id(),
            name: " Doors ".to_owned(),
            address: Address::check(&receiver.url("/a"), &settings().networks).unwrap(),
            areas: Areas::All,
        };
        let make = |new: &NewWebhook| db.write_blocking(|tx| subscriptions::create(tx, &ctx, new));
        make(&new).unwrap();
        assert_eq!(make(&new).unwrap_err().code(), "webhook_made_already");
        let same_name = NewWebhook { id: ctx.new_id(), name: "DOORS".to_owned(), ..new.clone() };
        assert_eq!(make(&same_name).unwrap_err().code(), "webhook_exists");
        let nothing = NewWebhook { id: ctx.new_id(), name: "x".to_owned(), areas: Areas::Of(Vec::new()), ..new.clone() };
        assert_eq!(make(&nothing).unwrap_err().code(), "areas_missing");
        // It hears of everything, itself included.
        assert_eq!(log(db, &ctx, new.id)[0].kind, "webhook.create");

        let changes = Changes { areas: Some(Areas::Of(vec![Area::Cards])), ..Changes::default() };
        let change = |seen| db.write_blocking(|tx| subscriptions::change(tx, &ctx, new.id, &changes, seen));
        assert_eq!(change(Some(7)).unwrap_err().code(), "version_outdated");
        let changed = change(Some(1)).unwrap();
        assert_eq!((changed.name.as_str(), changed.revision), ("Doors", 2));
        assert_eq!(changed.areas.names(), Some(vec!["cards"]));
        db.write_blocking(|tx| subscriptions::delete(tx, &ctx, new.id)).unwrap();
        let gone = db.read_blocking(|tx| deliveries::page(tx, &ctx, new.id, None, None, 9)).unwrap_err();
        assert_eq!(gone.code(), "webhook_not_found");
    }
}
