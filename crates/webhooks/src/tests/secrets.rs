//! Two secrets while one takes over from the other.

use std::time::Duration;

use directory::activity::Area;
use testkit::{TestDb, on_both};
use uuid::Uuid;

use super::{
    receiver::{Receiver, Request},
    scene::{account, get, happen, send, webhook},
};
use crate::subscriptions::{self, OLD_SECRET_HOLDS};

on_both! {
    fn both_secrets_sign_for_a_day_or_until_the_old_one_is_ended(db: &TestDb) {
        let (ctx, receiver) = (account(db, "Harbour"), Receiver::start());
        let (id, old) = webhook(db, &ctx, &receiver, &[Area::Imports]);
        let sent = |details: &str| -> Request {
            happen(db, &ctx, "import.start", None::<Uuid>, details);
            assert_eq!(send(db, &ctx), 1);
            receiver.requests().pop().unwrap()
        };
        let rotate = || db.write_blocking(|tx| subscriptions::rotate(tx, &ctx, id)).unwrap().reveal();
        let new = rotate();
        let both = sent("both");
        assert!(both.is_signed_by(&new) && both.is_signed_by(&old));
        assert_eq!(both.headers["webhook-signature"].split(' ').count(), 2);
        ctx.clock.advance(OLD_SECRET_HOLDS);
        let after_a_day = sent("new");
        assert!(after_a_day.is_signed_by(&new) && !after_a_day.is_signed_by(&old));
        assert_eq!(get(db, &ctx, id).old_secret_holds(ctx.now()), None);

        let newest = rotate();
        ctx.clock.advance(Duration::from_mins(1));
        assert!(get(db, &ctx, id).old_secret_holds(ctx.now()).is_some());
        db.write_blocking(|tx| subscriptions::end_old_secret(tx, &ctx, id)).unwrap();
        let ended = sent("ended");
        assert!(ended.is_signed_by(&newest) && !ended.is_signed_by(&new));
    }
}
