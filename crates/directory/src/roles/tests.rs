//! What roles of the account's own allow, and what they keep out of sight.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use db::{Db, Tx};
use kernel::{CardType, GroupId, Role, UserId, WorkflowId};
use testkit::{TestDb, on_both};

use super::{
    AdminRole, NewRole, RoleRefusal, Scope, TEMPLATES, add, change, delete, duplicate, find, held,
    held_by, holders,
};
use crate::{
    Action, Actor, Ctx, Forbidden, Sees, allows,
    bulk::{self, BulkAction, BulkError},
    cards::{self, CardRefusal, NewCard, Step, Validity},
    groups::{self, ManageGroup},
    scene::{account, group, person, set_role, workflow},
    settings::{AccountSettings, SettingsRefusal},
    users::{self, LookupError, PageAt, Selection, Sort, Typed, UserFilter},
    workflows::{self, Member, WorkflowError},
};

/// A role with these actions, for all or some.
fn new(name: &str, actions: &[Action], groups: Scope<GroupId>) -> NewRole {
    NewRole {
        name: name.to_owned(),
        actions: actions.iter().copied().collect(),
        groups,
        workflows: Scope::All,
    }
}

fn some<I: Ord>(ids: impl IntoIterator<Item = I>) -> Scope<I> {
    Scope::Selected(ids.into_iter().collect())
}

fn made(db: &TestDb, ctx: &Ctx, role: &NewRole) -> AdminRole {
    db.write_blocking(|tx| {
        let id = add(tx, ctx, role)?;
        Ok::<_, RoleRefusal>(find(tx, ctx.account, id)?.unwrap())
    })
    .unwrap()
}

/// The surroundings of an administrator with a role of the account's own.
fn acting(ctx: &Ctx, user: UserId, role: &AdminRole) -> Ctx {
    let actor = Actor::new(Some(user), "Lea", Role::Admin).with(Some(Arc::new(role.clone())));
    Ctx {
        actor,
        ..ctx.clone()
    }
}

#[test]
fn the_matrix_of_roles_and_actions_is_as_recorded() {
    let fixed = [Role::Owner, Role::Admin, Role::Manager, Role::User];
    let mut table = String::new();
    for action in Action::ALL {
        let of_fixed = fixed
            .iter()
            .filter(|role| allows(**role, action))
            .map(|role| role.as_str());
        let of_templates = TEMPLATES
            .iter()
            .filter(|template| template.actions.contains(&action))
            .map(|template| template.key);
        let who: Vec<_> = of_fixed.chain(of_templates).collect();
        let per_group = if action.is_per_group() {
            "; some groups"
        } else {
            ""
        };
        writeln!(table, "{}: {}{per_group}", action.as_str(), who.join(" ")).unwrap();
    }
    assert_eq!(table, include_str!("matrix.txt"), "\n{table}");
}

#[test]
fn every_template_is_complete_and_fits_its_form() {
    let offered: BTreeSet<Action> = super::AREAS
        .iter()
        .flat_map(|area| area.actions.iter().copied())
        .collect();
    for action in Action::ALL {
        assert_eq!(Action::parse(action.as_str()), Some(action));
        assert_eq!(
            offered.contains(&action),
            allows(Role::Admin, action),
            "{action:?}"
        );
    }
    for template in TEMPLATES {
        for action in template.actions {
            assert!(offered.contains(action));
            for needed in action.needs() {
                assert!(
                    template.actions.contains(needed),
                    "{} {needed:?}",
                    template.key
                );
            }
        }
    }
}

on_both! {
    fn a_role_is_made_changed_copied_and_deleted(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (lea, _) = person(db, &ctx, "Lea Brandt");
        let role = made(db, &ctx, &new("Front desk", &[Action::ManageCards], Scope::All));
        // Cards are given to people one can see.
        assert_eq!(role.actions, BTreeSet::from([Action::ViewUsers, Action::ManageCards]));
        let again = db.write_blocking(|tx| add(tx, &ctx, &new("front DESK", &[Action::ViewUsers], Scope::All)));
        assert!(matches!(again, Err(RoleRefusal::Exists(_))), "{again:?}");
        for (name, actions, groups) in [
            ("admin", vec![Action::ViewUsers], Scope::All),
            ("Empty", vec![], Scope::All),
            ("Too much", vec![Action::ImportRoles], Scope::All),
            ("Importer here", vec![Action::RunImports], some([ctx.new_id::<GroupId>()])),
            ("Nowhere", vec![Action::ViewUsers], some([])),
            ("Elsewhere", vec![Action::ViewUsers], some([ctx.new_id::<GroupId>()])),
        ] {
            let refused = db.write_blocking(|tx| add(tx, &ctx, &new(name, &actions, groups)));
            assert!(refused.is_err(), "{name}");
        }
        let copy = db.write_blocking(|tx| duplicate(tx, &ctx, role.id, "Back desk")).unwrap();
        let wanted = new("Reception", &[Action::ViewUsers], Scope::All);
        db.write_blocking(|tx| change(tx, &ctx, role.id, role.version, &wanted)).unwrap();
        let stale = db.write_blocking(|tx| change(tx, &ctx, role.id, role.version, &wanted));
        assert!(matches!(stale, Err(RoleRefusal::Stale)));
        give(db, &ctx, lea, "Reception");
        let in_use = db.write_blocking(|tx| delete(tx, &ctx, role.id, None));
        assert!(matches!(in_use, Err(RoleRefusal::InUse(1))), "{in_use:?}");
        // Nobody becomes a full administrator by the deleting of a role.
        let up = db.write_blocking(|tx| delete(tx, &ctx, role.id, Some((Role::Admin, None))));
        assert!(matches!(up, Err(RoleRefusal::Replacement)));
        let moved = db.write_blocking(|tx| delete(tx, &ctx, role.id, Some((Role::Admin, Some(copy)))));
        assert_eq!(moved.unwrap(), 1);
        assert_eq!(db.read_blocking(|tx| holders(tx, ctx.account)).unwrap(), [(copy, 1)]);
        let of_lea = db.read_blocking(|tx| held_by(tx, ctx.account, Some(lea), Role::Admin)).unwrap();
        assert_eq!(of_lea.unwrap().name, "Back desk");
        db.write_blocking(|tx| delete(tx, &ctx, copy, Some((Role::User, None)))).unwrap();
        let found = db.read_blocking(|tx| users::get(tx, ctx.account, lea)).unwrap();
        assert_eq!((found.user.role.as_str(), found.user.admin_role), ("user", None));
        // Neither does whoever is no administrator any more go on as one.
        let of_lea = db.read_blocking(|tx| held_by(tx, ctx.account, Some(lea), Role::Admin)).unwrap();
        assert!(of_lea.unwrap().actions.is_empty());
        // A role that is gone leaves nothing.
        let nothing = db.read_blocking(|tx| held(tx, ctx.account, Role::Admin, Some(copy))).unwrap().unwrap();
        assert!(nothing.actions.is_empty() && nothing.groups != Scope::All);
    }

    fn only_owners_manage_roles(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let other = account(db, "Quay");
        let role = made(db, &ctx, &new("Everything", &[Action::EditUsers, Action::EditSettings], Scope::All));
        let theirs = db.read_blocking(|tx| find(tx, other.account, role.id)).unwrap();
        assert_eq!(theirs, None);
        let (lea, _) = person(db, &ctx, "Lea Brandt");
        let admin = Ctx { actor: Actor::new(Some(lea), "Lea", Role::Admin), ..ctx.clone() };
        for who in [admin, acting(&ctx, lea, &role)] {
            let wanted = new("Mine", &[Action::ViewUsers], Scope::All);
            assert!(matches!(db.write_blocking(|tx| add(tx, &who, &wanted)), Err(RoleRefusal::Forbidden(_))));
            let changed = db.write_blocking(|tx| change(tx, &who, role.id, role.version, &wanted));
            assert!(matches!(changed, Err(RoleRefusal::Forbidden(_))));
            assert!(matches!(db.write_blocking(|tx| delete(tx, &who, role.id, None)), Err(RoleRefusal::Forbidden(_))));
        }
    }

    fn nobody_gives_or_changes_a_role_above_their_own(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let desk = made(db, &ctx, &new("Desk", &[Action::EditUsers, Action::ExportUsers], Scope::All));
        made(db, &ctx, &new("Reader", &[Action::ViewUsers], Scope::All));
        made(db, &ctx, &new("Cards too", &[Action::EditUsers, Action::ManageCards], Scope::All));
        let (lea, _) = person(db, &ctx, "Lea Brandt");
        let (tom, _) = person(db, &ctx, "Tom Vane");
        give(db, &ctx, lea, "Desk");
        let desk = acting(&ctx, lea, &desk);
        for (role, allowed) in [
            ("Reader", true), ("Desk", true), ("manager", true), ("user", true),
            ("Cards too", false), ("admin", false), ("owner", false),
        ] {
            let given = try_give(db, &desk, tom, role);
            assert_eq!(given.is_ok(), allowed, "{role}: {given:?}");
        }
        // Not themselves upwards either, though they may change themselves.
        assert!(try_give(db, &desk, lea, "admin").is_err());
        assert!(try_give(db, &desk, lea, "Cards too").is_err());
        // Whoever has a role above theirs is not changed.
        give(db, &ctx, tom, "Cards too");
        let refused = try_give(db, &desk, tom, "user");
        assert_eq!(refused, Err("somebody with the role Cards too can only be changed by an owner".to_owned()));
        give(db, &ctx, tom, "Reader");
        assert_eq!(try_give(db, &desk, tom, "user"), Ok(()));
    }

    fn somebody_with_some_groups_sees_nobody_else(db: &TestDb) {
        let s = Scene::new(db);
        assert_eq!(s.site.sees(), Sees::OfRole(s.role.id));
        let listed = s.read(|tx| {
            let all = UserFilter::default();
            users::list(tx, &s.site, &all, Sort::Name, PageAt::Start, 50)
        });
        assert_eq!(names(&listed.unwrap().people), ["Ida Inside"]);
        let found = s.read(|tx| users::search(tx, &s.site, "O", &UserFilter::default()));
        assert_eq!(names(&found.unwrap()), [""; 0]);
        assert!(s.read(|tx| users::see(tx, &s.site, s.outside)).is_err());
        assert!(s.read(|tx| users::see(tx, &s.site, s.inside)).is_ok());
        let named = s.read(|tx| users::lookup(tx, &s.site, "Otto Outside"));
        assert!(matches!(named, Err(LookupError::Nobody(_))));
        let mut exported = Vec::new();
        let everybody = Selection::People(vec![s.inside, s.outside]);
        let db: &Db = s.db;
        users::for_each_selected(db, &s.site, &everybody, &mut |record| {
            exported.push(record.user.id);
            Ok(())
        })
        .unwrap();
        assert_eq!(exported, [s.inside]);
        // What is stored of a deleted role's holder shows nobody at all.
        let gone = acting(&s.ctx, s.lea, &AdminRole::nothing(s.role.id));
        assert_eq!(gone.require(Action::ViewUsers), Err(Forbidden(Action::ViewUsers)));
    }

    fn somebody_with_some_groups_changes_nobody_else(db: &TestDb) {
        let s = Scene::new(db);
        assert!(s.edit(s.outside, &[("title", "Boss")]).is_err());
        // Whatever the form let through.
        let saved = s.write(|tx| {
            let record = users::get(tx, s.ctx.account, s.outside)?;
            let draft = users::read(tx, &s.ctx, &Typed::of(&record), Some(&record))?.unwrap();
            Ok::<_, db::Error>(users::save(tx, &s.site, s.outside, record.user.version, &draft))
        });
        assert_eq!(saved.unwrap().unwrap_err().to_string(), "there is no such person");
        assert_eq!(s.edit(s.inside, &[("title", "Guard")]), Ok(()));
        let gone = s.write(|tx| users::deactivate(tx, &s.site, s.outside));
        assert_eq!(gone.unwrap_err().to_string(), "there is no such person");
        assert!(s.write(|tx| users::keep(tx, &s.site, s.outside, &["title".to_owned()])).is_err());
        // An owner in one of the groups is above them all the same.
        set_role(s.db, s.inside, "owner");
        assert!(s.write(|tx| users::keep(tx, &s.site, s.inside, &["title".to_owned()])).is_err());
        set_role(s.db, s.inside, "user");
        // Into other groups, out of the last one, or to nobody's group: none of it.
        let (own, other) = (s.own.to_string(), s.other.to_string());
        assert!(s.edit(s.inside, &[("groups", &format!("{own}\n{other}"))]).is_err());
        assert!(s.edit(s.inside, &[("groups", "")]).is_err());
        assert!(s.add("Nora New", "").is_err());
        assert!(s.add("Nora New", &other).is_err());
        assert!(s.add("Nora New", &own).is_ok());
        // Nobody becomes an administrator with more, nor with less for others.
        assert!(s.edit(s.inside, &[("role", "admin")]).is_err());
        assert!(s.edit(s.inside, &[("role", "manager")]).is_err());
        assert!(s.edit(s.inside, &[("role", "Site A")]).is_ok());
    }

    fn somebody_with_some_groups_does_nothing_with_many_others(db: &TestDb) {
        let s = Scene::new(db);
        let everybody = [
            Selection::People(vec![s.inside, s.outside]),
            Selection::Matching(UserFilter::default()),
        ];
        for selection in everybody {
            let action = BulkAction::SetField { key: "title".to_owned(), value: Some("Guard".to_owned()) };
            let id = s.write(|tx| bulk::make(tx, &s.site, &action, &selection)).unwrap();
            let rows = s.read(|tx| bulk::rows(tx, &s.site, id, None, None, 50)).unwrap();
            assert_eq!(rows.iter().map(|row| row.user).collect::<Vec<_>>(), [s.inside]);
        }
        let people = Selection::People(vec![s.inside]);
        for action in [
            BulkAction::AddToGroup(s.other),
            BulkAction::RemoveFromGroup(s.own),
            BulkAction::AddToWorkflow(s.workflow),
        ] {
            let refused = s.write(|tx| bulk::make(tx, &s.site, &action, &people));
            assert!(matches!(refused, Err(BulkError::Forbidden(_))), "{action:?}");
        }
        // However much others did since: their own actions are listed.
        let title = BulkAction::SetField { key: "title".to_owned(), value: Some("Guard".to_owned()) };
        let mine = s.write(|tx| bulk::make(tx, &s.site, &title, &people)).unwrap();
        s.write(|tx| bulk::start(tx, &s.site, mine, 1)).unwrap();
        for _ in 0..51 {
            s.ctx.clock.advance(std::time::Duration::from_millis(2));
            let theirs = s.write(|tx| bulk::make(tx, &s.ctx, &title, &people)).unwrap();
            s.write(|tx| bulk::start(tx, &s.ctx, theirs, 1)).unwrap();
        }
        let listed = s.read(|tx| bulk::list(tx, &s.site)).unwrap();
        assert_eq!(listed.iter().map(|bulk| bulk.id).collect::<Vec<_>>(), [mine]);
        // What others did with people is not shown to them.
        let theirs = s.write(|tx| bulk::make(tx, &s.ctx, &BulkAction::Deactivate, &Selection::People(vec![s.outside]))).unwrap();
        assert!(matches!(s.read(|tx| bulk::rows(tx, &s.site, theirs, None, None, 50)), Err(BulkError::NotFound)));
        assert!(matches!(s.write(|tx| bulk::start(tx, &s.site, theirs, 1)), Err(BulkError::NotFound)));
    }

    fn what_is_for_administrators_asks_for_the_right_itself(db: &TestDb) {
        let s = Scene::new(db);
        let actor = Actor::new(Some(s.inside), "Ines", Role::User);
        let plain = Ctx { actor, ..s.ctx.clone() };
        let group = |ctx: &Ctx| s.read(|tx| groups::see(tx, ctx, s.own));
        assert_eq!(group(&s.ctx).unwrap().id, s.own);
        assert!(matches!(group(&plain), Err(ManageGroup::Forbidden(_))));
        let flow = |ctx: &Ctx| s.read(|tx| workflows::see(tx, ctx, s.workflow));
        assert_eq!(flow(&s.ctx).unwrap().id, s.workflow);
        assert!(matches!(flow(&plain), Err(WorkflowError::Forbidden(_))));
        let settings = |ctx: &Ctx| s.read(|tx| AccountSettings::see(tx, ctx));
        assert!(!settings(&s.ctx).unwrap().name.is_empty());
        assert!(matches!(settings(&plain), Err(SettingsRefusal::Forbidden(_))));
    }

    fn somebody_with_some_groups_gives_cards_to_nobody_else(db: &TestDb) {
        let s = Scene::new(db);
        let card = |user| NewCard {
            user,
            number: None,
            kind: CardType::Mobile,
            validity: Validity::default(),
            is_issued: true,
        };
        let refused = s.write(|tx| cards::add(tx, &s.site, &card(s.outside)));
        assert!(matches!(refused, Err(CardRefusal::NobodyThere)), "{refused:?}");
        let own = s.write(|tx| cards::add(tx, &s.site, &card(s.inside))).unwrap();
        let theirs = s.write(|tx| cards::add(tx, &s.ctx, &card(s.outside))).unwrap();
        let listed = s.read(|tx| cards::page(tx, &s.site, cards::CardFilter::default(), None, 50)).unwrap();
        assert_eq!(listed.cards.iter().map(|line| line.card.id).collect::<Vec<_>>(), [own.id]);
        assert_eq!(s.read(|tx| cards::see(tx, &s.site, theirs.id)).unwrap(), None);
        let pause = s.write(|tx| cards::change(tx, &s.site, &[own.id, theirs.id], Step::Revoke, Validity::default()));
        assert!(matches!(pause, Err(CardRefusal::Unknown)));
        assert!(matches!(s.write(|tx| cards::replace(tx, &s.site, theirs.id, None)), Err(CardRefusal::Unknown)));
        assert!(matches!(s.write(|tx| cards::move_to(tx, &s.site, own.id, s.outside)), Err(CardRefusal::NobodyThere)));
        assert!(matches!(s.write(|tx| cards::note_shown(tx, &s.site, theirs.id)), Err(CardRefusal::Unknown)));
        let shown = s.write(|tx| cards::note_shown(tx, &s.site, own.id));
        assert!(shown.is_ok());
        let all = cards::Issuing { selection: cards::Selection::Reserved, validity: Validity::default() };
        assert!(matches!(s.write(|tx| cards::begin(tx, &s.site, &all)), Err(CardRefusal::Forbidden(_))));
    }

    fn somebody_with_some_workflows_reaches_no_other(db: &TestDb) {
        let s = Scene::new(db);
        let other = workflow(s.db, &s.ctx, "Repairs", &[Member::User(s.outside)]);
        let role = NewRole {
            workflows: some([s.workflow]),
            ..new("Safety", &[Action::ManageWorkflows, Action::ManageDocuments], Scope::All)
        };
        let safety = acting(&s.ctx, s.lea, &made(s.db, &s.ctx, &role));
        let reached = s.read(|tx| workflows::reached(tx, &safety)).unwrap();
        assert_eq!(reached.iter().map(|one| one.id).collect::<Vec<WorkflowId>>(), [s.workflow]);
        assert!(s.write(|tx| workflows::rename(tx, &safety, s.workflow, "Safety first")).is_ok());
        // As many as asked for, of those they reach: another comes before it.
        let listed = s.read(|tx| workflows::list_counted(tx, &safety, 1)).unwrap();
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [s.workflow]);
        let blind = s.read(|tx| workflows::list_counted(tx, &s.site, 1));
        assert_eq!(blind.is_ok(), s.site.may(Action::ManageWorkflows));
        let refused = s.write(|tx| workflows::rename(tx, &safety, other, "Mine"));
        assert!(matches!(refused, Err(WorkflowError::NotFound)));
        assert!(s.write(|tx| workflows::create(tx, &safety, "Another")).is_err());
        let step = s.read(|tx| workflows::steps(tx, s.ctx.account, other)).unwrap()[0].id;
        let named = s.write(|tx| workflows::add_actor(tx, &safety, step, Member::User(s.lea)));
        assert!(matches!(named, Err(WorkflowError::NotFound)));
        let bulk = s.write(|tx| {
            let people = Selection::People(vec![s.inside]);
            bulk::make(tx, &safety, &BulkAction::AddToWorkflow(other), &people)
        });
        assert!(matches!(bulk, Err(BulkError::Forbidden(_))));
        // A workflow that is deleted is in no role any more.
        let gone = s.write(|tx| workflows::delete(tx, &s.ctx, s.workflow));
        assert!(gone.is_ok(), "{gone:?}");
        let role = s.read(|tx| find(tx, s.ctx.account, safety.actor.custom.as_ref().unwrap().id)).unwrap().unwrap();
        assert_eq!(role.workflows, some([]));
    }
}

fn names(people: &[users::UserRecord]) -> Vec<String> {
    people
        .iter()
        .map(|record| record.user.full_name())
        .collect()
}

/// Gives somebody a role as a form does.
fn try_give(db: &TestDb, ctx: &Ctx, user: UserId, role: &str) -> Result<(), String> {
    edit(db, ctx, user, &[("role", role)])
}

fn give(db: &TestDb, ctx: &Ctx, user: UserId, role: &str) {
    try_give(db, ctx, user, role).unwrap();
}

fn edit(db: &TestDb, ctx: &Ctx, user: UserId, set: &[(&str, &str)]) -> Result<(), String> {
    db.write_blocking(|tx| {
        let record = users::get(tx, ctx.account, user)?;
        let mut typed = Typed::of(&record);
        for (key, value) in set {
            typed.set(*key, *value);
        }
        let draft = match users::read(tx, ctx, &typed, Some(&record))? {
            Ok(draft) => draft,
            Err(complaints) => return Ok(Err(complaints[0].text.clone())),
        };
        let saved = users::save(tx, ctx, user, record.user.version, &draft);
        Ok::<_, db::Error>(saved.map_err(|error| error.to_string()))
    })
    .unwrap()
}

/// Two groups with a person each, and somebody who looks after the first.
struct Scene<'a> {
    db: &'a TestDb,
    ctx: Ctx,
    site: Ctx,
    role: AdminRole,
    lea: UserId,
    inside: UserId,
    outside: UserId,
    own: GroupId,
    other: GroupId,
    workflow: WorkflowId,
}

impl<'a> Scene<'a> {
    fn new(db: &'a TestDb) -> Self {
        let ctx = account(db, "Harbour");
        let (lea, _) = person(db, &ctx, "Lea Brandt");
        let (inside, _) = person(db, &ctx, "Ida Inside");
        let (outside, _) = person(db, &ctx, "Otto Outside");
        let own = group(db, &ctx, "Site A", &[inside]);
        let other = group(db, &ctx, "Site B", &[outside]);
        let workflow = workflow(db, &ctx, "Safety", &[Member::User(inside)]);
        let all: Vec<Action> = Action::ALL
            .into_iter()
            .filter(|action| action.is_per_group())
            .collect();
        let role = made(db, &ctx, &new("Site A", &all, some([own])));
        let site = acting(&ctx, lea, &role);
        Self {
            db,
            ctx,
            site,
            role,
            lea,
            inside,
            outside,
            own,
            other,
            workflow,
        }
    }

    fn read<T, E: From<db::Error> + Send>(
        &self,
        ask: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.db.read_blocking(ask)
    }

    fn write<T, E: From<db::Error> + Send>(
        &self,
        act: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.db.write_blocking(act)
    }

    fn edit(&self, user: UserId, set: &[(&str, &str)]) -> Result<(), String> {
        edit(self.db, &self.site, user, set)
    }

    fn add(&self, name: &str, groups: &str) -> Result<(), String> {
        let mut typed = Typed::default();
        let (first, last) = name.split_once(' ').unwrap();
        typed.set("first_name", first);
        typed.set("last_name", last);
        typed.set("groups", groups);
        self.db
            .write_blocking(|tx| {
                let draft = match users::read(tx, &self.site, &typed, None)? {
                    Ok(draft) => draft,
                    Err(complaints) => return Ok(Err(complaints[0].text.clone())),
                };
                let added = users::add(tx, &self.site, &draft);
                Ok::<_, db::Error>(added.map(drop).map_err(|error| error.to_string()))
            })
            .unwrap()
    }
}

on_both! {
    fn a_group_that_is_deleted_is_in_no_role(db: &TestDb) {
        let s = Scene::new(db);
        s.write(|tx| groups::delete(tx, &s.ctx, s.own, 1)).unwrap();
        let role = s.read(|tx| find(tx, s.ctx.account, s.role.id)).unwrap().unwrap();
        assert_eq!(role.groups, some([]));
        let site = acting(&s.ctx, s.lea, &role);
        assert!(!s.read(|tx| users::sees(tx, &site, s.inside)).unwrap());
    }
}
