//! Workflows on both databases.

use db::{Sql, params};
use kernel::{IdRange, ImportId, UserId};
use testkit::{TestDb, on_both};

use super::*;
use crate::{
    groups::{self, Group, GroupKind},
    scene::{account, group, join, person, set_status, workflow},
    users,
};

/// Who takes part, and how: name, directly, through which groups.
fn people_of(db: &TestDb, ctx: &Ctx, id: WorkflowId) -> Vec<(String, bool, Option<String>)> {
    db.read_blocking(|tx| people(tx, ctx.account, id, "", None))
        .unwrap()
        .into_iter()
        .map(|person| (person.first_name, person.is_direct, person.via))
        .collect()
}

fn may(db: &TestDb, ctx: &Ctx, user: UserId, step: kernel::StepId) -> bool {
    db.read_blocking(|tx| may_act(tx, ctx.account, user, step))
        .unwrap()
}

on_both! {
    fn people_take_part_themselves_or_through_a_group(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let (ben, _) = person(db, &ctx, "Ben Cole");
        let (carla, _) = person(db, &ctx, "Carla Diaz");
        let crew = group(db, &ctx, "Crew", &[ben, carla]);
        let id = workflow(db, &ctx, "Permits", &[Member::User(anna), Member::User(ben), Member::Group(crew)]);
        let via = Some("Crew".to_owned());
        assert_eq!(people_of(db, &ctx, id), [
            ("Anna".to_owned(), true, None),
            ("Ben".to_owned(), true, via.clone()),
            ("Carla".to_owned(), false, via),
        ]);
        assert_eq!(db.read_blocking(|tx| count_people(tx, ctx.account, id, "", 100)).unwrap(), 3);
        let found = db.read_blocking(|tx| people(tx, ctx.account, id, "dia", None)).unwrap();
        assert_eq!(found.len(), 1);
        let parts = db.read_blocking(|tx| of_user(tx, ctx.account, ben)).unwrap();
        assert_eq!(parts, [Part { workflow: id, name: "Permits".to_owned(), is_direct: true, via: vec!["Crew".to_owned()] }]);
        // Whoever joins the group takes part; whoever leaves no longer does. Nothing was copied.
        let (dora, _) = person(db, &ctx, "Dora Ek");
        join(db, ctx.account, crew, &[dora], ctx.now());
        assert_eq!(people_of(db, &ctx, id).len(), 4);
        db.write_blocking(|tx| remove_participant(tx, &ctx, id, Member::Group(crew))).unwrap();
        let left: Vec<_> = people_of(db, &ctx, id).into_iter().map(|person| person.0).collect();
        assert_eq!(left, ["Anna", "Ben"]);
        db.write_blocking(|tx| remove_participant(tx, &ctx, id, Member::User(ben))).unwrap();
        assert!(db.read_blocking(|tx| of_user(tx, ctx.account, ben)).unwrap().is_empty());
    }

    fn pages_of_people_meet_everybody_once(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let mut everybody: Vec<_> = (0..120).map(|number| person(db, &ctx, &format!("P{number} Same")).0).collect();
        let crew = group(db, &ctx, "Crew", &everybody);
        let id = workflow(db, &ctx, "Permits", &[Member::Group(crew)]);
        let (mut seen, mut after) = (Vec::new(), None::<(String, UserId)>);
        loop {
            let at = after.as_ref().map(|(name, id)| (name.as_str(), *id));
            let page = db.read_blocking(|tx| people(tx, ctx.account, id, "", at)).unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.name_key.clone(), last.id));
            seen.extend(page.into_iter().map(|person| person.id));
        }
        seen.sort();
        everybody.sort();
        assert_eq!(seen, everybody);
    }

    fn a_step_is_for_all_or_for_those_named(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let (ben, _) = person(db, &ctx, "Ben Cole");
        let (carla, _) = person(db, &ctx, "Carla Diaz");
        let crew = group(db, &ctx, "Crew", &[carla]);
        let id = workflow(db, &ctx, "Permits", &[Member::User(anna), Member::User(ben), Member::Group(crew)]);
        let approve = db.write_blocking(|tx| add_step(tx, &ctx, id, StepKind::Approve, "Chief")).unwrap();
        assert!([anna, ben, carla].iter().all(|user| may(db, &ctx, *user, approve)));
        let change = StepChange { kind: StepKind::Approve, name: "Chief".to_owned(), is_for_all: false };
        db.write_blocking(|tx| change_step(tx, &ctx, approve, &change)).unwrap();
        // With nobody named it is for nobody, not for everybody.
        assert!(![anna, ben, carla].iter().any(|user| may(db, &ctx, *user, approve)));
        db.write_blocking(|tx| add_actor(tx, &ctx, approve, Member::Group(crew))).unwrap();
        db.write_blocking(|tx| add_actor(tx, &ctx, approve, Member::User(anna))).unwrap();
        assert_eq!([anna, ben, carla].map(|user| may(db, &ctx, user, approve)), [true, false, true]);
        let names: Vec<_> = db.read_blocking(|tx| actors(tx, ctx.account, approve, 10)).unwrap()
            .iter().map(Participant::full_name).collect();
        assert_eq!(names, ["Anna Berg", "Carla Diaz"]);
        // Named for the step, but no longer in the workflow.
        db.write_blocking(|tx| remove_participant(tx, &ctx, id, Member::User(anna))).unwrap();
        assert!(!may(db, &ctx, anna, approve));
        db.write_blocking(|tx| remove_actor(tx, &ctx, approve, Member::Group(crew))).unwrap();
        assert!(!may(db, &ctx, carla, approve));
    }

    fn steps_stay_in_order_behind_the_one_that_fills(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let id = workflow(db, &ctx, "Permits", &[]);
        let add = |kind, name: &str| db.write_blocking(|tx| add_step(tx, &ctx, id, kind, name));
        let review = add(StepKind::Review, "Look").unwrap();
        let approve = add(StepKind::Approve, "Agree").unwrap();
        let names = || -> Vec<String> {
            db.read_blocking(|tx| steps(tx, ctx.account, id)).unwrap().into_iter().map(|step| step.name).collect()
        };
        assert_eq!(names(), ["Fill in", "Look", "Agree"]);
        db.write_blocking(|tx| move_step(tx, &ctx, approve, true)).unwrap();
        assert_eq!(names(), ["Fill in", "Agree", "Look"]);
        let fill = db.read_blocking(|tx| steps(tx, ctx.account, id)).unwrap()[0].id;
        for refused in [
            db.write_blocking(|tx| move_step(tx, &ctx, approve, true)).err(),
            db.write_blocking(|tx| move_step(tx, &ctx, fill, false)).err(),
            db.write_blocking(|tx| move_step(tx, &ctx, review, false)).err(),
            db.write_blocking(|tx| remove_step(tx, &ctx, fill)).err(),
            add(StepKind::Fill, "Again").err(),
        ] {
            assert!(matches!(refused, Some(WorkflowError::OneFill)), "{refused:?}");
        }
        assert!(matches!(add(StepKind::Review, " "), Err(WorkflowError::Name(_))));
        db.write_blocking(|tx| remove_step(tx, &ctx, review)).unwrap();
        for number in 0..MOST_STEPS - 2 {
            add(StepKind::Review, &format!("Look {number}")).unwrap();
        }
        assert!(matches!(add(StepKind::Review, "One more"), Err(WorkflowError::TooManySteps)));
    }

    fn the_only_approver_is_found(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let (ben, _) = person(db, &ctx, "Ben Cole");
        let (carla, _) = person(db, &ctx, "Carla Diaz");
        let chiefs = group(db, &ctx, "Chiefs", &[ben]);
        let id = workflow(db, &ctx, "Permits", &[Member::User(anna), Member::User(carla), Member::Group(chiefs)]);
        let step = db.write_blocking(|tx| add_step(tx, &ctx, id, StepKind::Approve, "Chief")).unwrap();
        db.write_blocking(|tx| add_step(tx, &ctx, id, StepKind::Review, "Look")).unwrap();
        let change = StepChange { kind: StepKind::Approve, name: "Chief".to_owned(), is_for_all: false };
        db.write_blocking(|tx| change_step(tx, &ctx, step, &change)).unwrap();
        db.write_blocking(|tx| add_actor(tx, &ctx, step, Member::Group(chiefs))).unwrap();
        let sole = |people: &[UserId]| -> Vec<(UserId, String)> {
            db.read_blocking(|tx| {
                users::stage_ids(tx, people.iter().copied())?;
                sole_approvers(tx, ctx.account)
            }).unwrap().into_iter().map(|sole| (sole.user, sole.step_name)).collect()
        };
        let chief = |user: UserId| (user, "Chief".to_owned());
        let mut both = [chief(anna), chief(ben)];
        both.sort();
        assert_eq!(sole(&[ben]), [chief(ben)]);
        assert_eq!(sole(&[anna, carla]), []);
        db.write_blocking(|tx| add_actor(tx, &ctx, step, Member::User(anna))).unwrap();
        assert_eq!(sole(&[ben]), []);
        assert_eq!(sole(&[anna, ben]), both);
        // Somebody who cannot sign in cannot step in.
        set_status(db, anna, "deactivated");
        assert_eq!(sole(&[ben]), [chief(ben)]);
    }

    fn participation_of_many_is_told_at_once(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let (ben, _) = person(db, &ctx, "Ben Cole");
        let (carla, _) = person(db, &ctx, "Carla Diaz");
        let crew = group(db, &ctx, "Crew", &[anna]);
        let permits = workflow(db, &ctx, "Permits", &[Member::User(anna), Member::Group(crew)]);
        let audits = workflow(db, &ctx, "Audits", &[Member::User(ben), Member::Group(crew)]);
        let parts = db.read_blocking(|tx| {
            users::stage_ids(tx, [anna, ben, carla])?;
            participation_of(tx, ctx.account)
        }).unwrap();
        assert_eq!(parts.len(), 2);
        let via = vec!["Crew".to_owned()];
        assert_eq!(parts[&anna], [
            Part { workflow: audits, name: "Audits".to_owned(), is_direct: false, via: via.clone() },
            Part { workflow: permits, name: "Permits".to_owned(), is_direct: true, via },
        ]);
        assert_eq!(parts[&ben], [Part { workflow: audits, name: "Audits".to_owned(), is_direct: true, via: Vec::new() }]);
    }

    fn an_undo_leaves_groups_that_take_part(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let import: ImportId = ctx.new_id();
        let add = |name: &str| {
            let group = Group {
                id: ctx.new_id(),
                kind: GroupKind::Group,
                name: name.to_owned(),
                name_key: name.to_lowercase(),
                members: 0,
            };
            db.write_blocking(|tx| groups::insert_if_missing(tx, &ctx, &group, Some(import))).unwrap();
            group.id
        };
        let (used, _) = (add("Used"), add("Unused"));
        let id = workflow(db, &ctx, "Permits", &[Member::Group(used)]);
        let removed = db.write_blocking(|tx| groups::remove_empty_of_import(tx, ctx.account, import)).unwrap();
        assert_eq!(removed, 1);
        let left = db.read_blocking(|tx| groups(tx, ctx.account, id)).unwrap();
        assert_eq!(left.len(), 1);
        // A group that is deleted takes its part with it.
        let delete = Sql::new("delete", "delete from groups where id = $1");
        db.write_blocking(|tx| tx.execute(&delete, params![used])).unwrap();
        assert!(db.read_blocking(|tx| groups(tx, ctx.account, id)).unwrap().is_empty());
    }

    fn names_are_unique_and_changes_are_recorded(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let id = workflow(db, &ctx, "Permits", &[]);
        workflow(db, &ctx, "Audits", &[]);
        let rename_to = |name: &str| {
            ctx.clock.advance(std::time::Duration::from_secs(1));
            db.write_blocking(|tx| rename(tx, &ctx, id, name))
        };
        assert!(matches!(rename_to("AUDITS"), Err(WorkflowError::Exists(_))));
        assert!(matches!(rename_to(""), Err(WorkflowError::Name(_))));
        rename_to("permits").unwrap();
        rename_to("Work permits").unwrap();
        assert!(matches!(db.write_blocking(|tx| create(tx, &ctx, "WORK PERMITS")), Err(CreateWorkflow::Exists(_))));
        let entries = db.read_blocking(|tx| activity::of_subject(tx, ctx.account, id.uuid(), 10)).unwrap();
        let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["workflow.rename", "workflow.rename", "workflow.create"]);
        let listed = db.read_blocking(|tx| list_counted(tx, &ctx, 10)).unwrap();
        let names: Vec<_> = listed.iter().map(|line| (line.name.as_str(), line.steps)).collect();
        assert_eq!(names, [("Audits", 1), ("Work permits", 1)]);
    }

    fn nobody_reaches_the_workflows_of_another_account(db: &TestDb) {
        let (ours, theirs) = (account(db, "Harbour"), account(db, "Lighthouse"));
        let (anna, anna_ctx) = person(db, &ours, "Anna Berg");
        let (eve, _) = person(db, &theirs, "Eve Fox");
        let id = workflow(db, &ours, "Permits", &[Member::User(anna)]);
        let step = db.read_blocking(|tx| steps(tx, ours.account, id)).unwrap()[0].id;
        let refused = |result: Result<(), WorkflowError>| result.unwrap_err().to_string();
        let none = "there is no such workflow or step";
        assert_eq!(refused(db.write_blocking(|tx| rename(tx, &theirs, id, "Mine"))), none);
        assert_eq!(refused(db.write_blocking(|tx| add_participant(tx, &theirs, id, Member::User(eve)))), none);
        assert_eq!(refused(db.write_blocking(|tx| remove_participant(tx, &theirs, id, Member::User(anna)))), none);
        assert_eq!(refused(db.write_blocking(|tx| add_actor(tx, &theirs, step, Member::User(eve)).map(drop))), none);
        assert_eq!(refused(db.write_blocking(|tx| remove_step(tx, &theirs, step).map(drop))), none);
        assert_eq!(
            refused(db.write_blocking(|tx| add_participant(tx, &ours, id, Member::User(eve)))),
            "there is no such person"
        );
        assert!(!may(db, &theirs, anna, step));
        // Nor may somebody without the right, in their own account.
        let forbidden = db.write_blocking(|tx| rename(tx, &anna_ctx, id, "Mine")).unwrap_err();
        assert!(matches!(forbidden, WorkflowError::Forbidden(_)));
        assert!(matches!(
            db.write_blocking(|tx| create(tx, &anna_ctx, "Mine")),
            Err(CreateWorkflow::Forbidden(_))
        ));
    }

    fn an_undo_takes_people_off_the_steps_they_were_named_for(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let import: ImportId = ctx.new_id();
        let range = IdRange::new(&ctx.ids, ctx.now());
        let mark = Sql::new("mark", "update users set import_id = $2, id = $3 where id = $1");
        let imported = UserId::from_uuid(range.id(0));
        db.write_blocking(|tx| tx.execute(&mark, params![anna, import, imported])).unwrap();
        let anna = imported;
        let id = workflow(db, &ctx, "Permits", &[]);
        // As an import writes it, with the person.
        let part = Participation { account: ctx.account, user: anna, workflow: id, created_at: ctx.now() };
        db.write_blocking(|tx| tx.bulk(&[part])).unwrap();
        let step = db.write_blocking(|tx| add_step(tx, &ctx, id, StepKind::Approve, "Chief")).unwrap();
        db.write_blocking(|tx| add_actor(tx, &ctx, step, Member::User(anna))).unwrap();
        let removed = db.write_blocking(|tx| users::delete_untouched(tx, ctx.account, import, range, 10)).unwrap();
        assert_eq!(removed, 1);
        let (named, _) = db.read_blocking(|tx| named_actors(tx, ctx.account, step)).unwrap();
        assert!(named.is_empty());
        assert!(people_of(db, &ctx, id).is_empty());
    }
}
