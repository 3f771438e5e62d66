//! Two who work on one draft at the same moment.

use admit::{AdmitError, DraftState};
use testkit::{TestDb, overtake};

use crate::scene::Scene;

testkit::on_both! {
    fn does_not_send_what_is_changed_at_the_same_moment(db: &TestDb) {
        let scene = Scene::new(db);
        let (gate, door) = (scene.device("Gate"), scene.device("Door"));
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.add(&scene.ctx, id, "Some Guest", "+27821234567").unwrap();
        let rev = scene.find(&scene.ctx, id).unwrap().rev;
        let (changed, sent) = overtake(
            db,
            |tx| admit::choose_devices(tx, &scene.ctx, id, &[gate, door]),
            || db.write_blocking(|tx| admit::send(tx, &scene.ctx, id, rev)),
        );
        changed.unwrap();
        assert!(matches!(sent, Err(AdmitError::Stale)), "{sent:?}");
        assert_eq!(scene.find(&scene.ctx, id).unwrap().state, DraftState::Open);
        assert_eq!(scene.count("select count(*) as n from invite_gifts"), 0);
    }

    fn gives_nothing_up_that_is_sent_at_the_same_moment(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.add(&scene.ctx, id, "Some Guest", "+27821234567").unwrap();
        let rev = scene.find(&scene.ctx, id).unwrap().rev;
        let (sent, discarded) = overtake(
            db,
            |tx| admit::send(tx, &scene.ctx, id, rev),
            || db.write_blocking(|tx| admit::discard(tx, &scene.ctx, id)),
        );
        sent.unwrap();
        assert!(matches!(discarded, Err(AdmitError::Sent)), "{discarded:?}");
        scene.settle();
        assert_eq!(scene.count("select count(*) as n from grants"), 1);
    }

    fn does_not_look_through_what_is_sent_at_the_same_moment(db: &TestDb) {
        let scene = Scene::new(db);
        let gate = scene.device("Gate");
        let id = scene.draft(&scene.ctx, &scene.always(), &[gate]).unwrap();
        scene.add(&scene.ctx, id, "Some Guest", "+27821234567").unwrap();
        let rev = scene.find(&scene.ctx, id).unwrap().rev;
        let (sent, looked) = overtake(
            db,
            |tx| admit::send(tx, &scene.ctx, id, rev),
            || db.write_blocking(|tx| admit::outlook(tx, &scene.ctx, &scene.delivery(), id)),
        );
        sent.unwrap();
        assert!(matches!(looked, Err(AdmitError::Sent)), "{looked:?}");
    }
}
