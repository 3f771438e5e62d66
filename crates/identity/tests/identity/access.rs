//! Access to devices: who may give what, and what becomes of it.

use std::time::Duration;

use db::{Db, params};
use directory::{
    Actor, Ctx,
    access::{self, AccessRefusal, Given, Giving, Recipient, Right, Terms},
    devices::{self, Device, GuestLimits},
    grants::Grant,
    users::{self, NewUser},
};
use kernel::{AccessType, Clock, GroupName, Ids, PersonKind, PersonName, Role, Schedule, UserId};
use testkit::{NOW, TestDb, on_both};

use crate::person::House;

/// An account with its administration, and people who get access.
pub(crate) struct Building<'a> {
    pub(crate) db: &'a Db,
    pub(crate) admin: Ctx,
}

impl<'a> Building<'a> {
    pub(crate) fn new(db: &'a Db) -> Self {
        let house = House::with_owner(db);
        let mut accounts = db.read_blocking(directory::accounts::list).unwrap();
        let admin = Ctx {
            account: accounts.remove(0).id,
            actor: Actor::command_line(),
            clock: Clock::fixed(NOW),
            ids: Ids::seeded(7),
        };
        drop(house);
        Self { db, admin }
    }

    /// What somebody without a role in the account acts with.
    pub(crate) fn ctx(&self, user: UserId) -> Ctx {
        Ctx {
            actor: Actor::new(Some(user), "Somebody", Role::User),
            ..self.admin.clone()
        }
    }

    pub(crate) fn device(&self, name: &str) -> Device {
        self.db
            .write_blocking(|tx| devices::create(tx, &self.admin, name))
            .unwrap()
    }

    /// Somebody who has never signed in.
    pub(crate) fn invited(&self, name: &str) -> UserId {
        let new = NewUser {
            name: PersonName::from_full(name).unwrap(),
            external_id: None,
            email: None,
            phone: None,
            role: Role::User,
            kind: PersonKind::Member,
        };
        self.db
            .write_blocking(|tx| users::create(tx, &self.admin, &new))
            .unwrap()
            .id
    }

    /// Somebody who signs in.
    pub(crate) fn active(&self, name: &str) -> UserId {
        let user = self.invited(name);
        self.set_status(user, "active");
        user
    }

    pub(crate) fn set_status(&self, user: UserId, status: &str) {
        let sql = db::Sql::new(
            "test",
            "update users set status = $2 where account_id = $3 and id = $1",
        );
        self.db
            .write_blocking(|tx| tx.execute(&sql, params![user, status, self.admin.account]))
            .unwrap();
    }

    pub(crate) fn set_guests(&self, device: &Device, minutes: i64, most: i64) {
        let name = GroupName::parse(&device.name).unwrap();
        let guests = GuestLimits::new(minutes, most).unwrap();
        self.db
            .write_blocking(|tx| access::configure(tx, &self.admin, device.id, &name, guests))
            .unwrap();
    }

    pub(crate) fn give(
        &self,
        ctx: &Ctx,
        device: &Device,
        terms: Terms,
        people: &[UserId],
    ) -> Result<Given, AccessRefusal> {
        let giving = Giving {
            devices: vec![device.id],
            terms,
            people: people
                .iter()
                .map(|user| Recipient {
                    user: *user,
                    notes: None,
                })
                .collect(),
        };
        self.db.write_blocking(|tx| access::give(tx, ctx, &giving))
    }

    /// Somebody who signs in and has this access to a device.
    pub(crate) fn with(&self, name: &str, device: &Device, kind: AccessType) -> UserId {
        let user = self.active(name);
        self.give(&self.admin, device, terms(kind), &[user])
            .unwrap();
        user
    }

    pub(crate) fn grants(&self, user: UserId) -> Vec<Grant> {
        let record = self
            .db
            .read_blocking(|tx| users::get(tx, self.admin.account, user))
            .unwrap();
        record.grants.into_iter().map(|(grant, _)| grant).collect()
    }

    pub(crate) fn version(&self, user: UserId) -> i64 {
        self.db
            .read_blocking(|tx| users::get(tx, self.admin.account, user))
            .unwrap()
            .user
            .version
    }
}

/// Usual terms: office hours, or the next two hours.
pub(crate) fn terms(kind: AccessType) -> Terms {
    let (schedule, end) = match kind {
        AccessType::Repeat => (Some(Schedule::parse("Mon-Fri 09:00-17:00").unwrap()), None),
        AccessType::Temporary => (None, NOW.checked_add(Duration::from_hours(2))),
        AccessType::Owner | AccessType::Full | AccessType::Tenant | AccessType::Always => {
            (None, None)
        }
    };
    Terms::new(kind, schedule, None, end, NOW).unwrap()
}

const GIVEN: [AccessType; 5] = [
    AccessType::Full,
    AccessType::Tenant,
    AccessType::Always,
    AccessType::Repeat,
    AccessType::Temporary,
];

on_both! {
    fn each_type_of_access_gives_what_its_rules_say(db: &TestDb) {
        let house = Building::new(db);
        let (gate, other) = (house.device("Main gate"), house.device("Side door"));
        for own in GIVEN {
            let giver = house.with(&format!("With {own}"), &gate, own);
            let ctx = house.ctx(giver);
            let right = Right::of(&Actor::new(None, "Maria", Role::User), Some(own));
            for kind in GIVEN {
                let guest = house.invited("Guest");
                let outcome = house.give(&ctx, &gate, terms(kind), &[guest]);
                let may = right.is_some_and(|right| right.may_give().contains(&kind));
                assert_eq!(outcome.is_ok(), may, "{own} gives {kind}");
                let grants = house.grants(guest);
                assert_eq!(grants.len(), usize::from(may));
                if let [grant] = grants.as_slice() {
                    assert_eq!(grant.invited_by, Some(giver));
                    assert_eq!(grant.is_guest, own == AccessType::Tenant);
                }
                // On another device nobody may give anything: it is as though there was none.
                let refusal = house.give(&ctx, &other, terms(kind), &[guest]).unwrap_err();
                assert!(matches!(refusal, AccessRefusal::Unknown), "{own} gives {kind}");
            }
            let open = db.read_blocking(|tx| access::invitable(tx, &ctx)).unwrap();
            let names: Vec<_> = open.iter().map(|one| one.device.name.as_str()).collect();
            assert_eq!(names, if right.is_some() { vec!["Main gate"] } else { vec![] });
        }
    }

    fn administrators_may_invite_to_every_device(db: &TestDb) {
        let house = Building::new(db);
        house.device("Main gate");
        let side = house.device("Side door");
        let every = db.read_blocking(|tx| access::invitable(tx, &house.admin)).unwrap();
        assert_eq!(every.len(), 2);
        assert_eq!(every[1].kinds(), GIVEN);
        assert_eq!(every[1].guests, None);
        let guest = house.invited("Guest");
        house.give(&house.admin, &side, terms(AccessType::Full), &[guest]).unwrap();
        let grant = &house.grants(guest)[0];
        assert_eq!((grant.invited_by, grant.is_guest), (None, false));
    }

    fn access_counts_only_while_it_holds(db: &TestDb) {
        let house = Building::new(db);
        let gate = house.device("Main gate");
        let giver = house.active("Soon");
        let (hour, day) = (Duration::from_hours(1), Duration::from_hours(24));
        let window = Terms::new(
            AccessType::Full, None, NOW.checked_add(hour), NOW.checked_add(day), NOW,
        );
        house.give(&house.admin, &gate, window.unwrap(), &[giver]).unwrap();
        let ctx = house.ctx(giver);
        let may = || !db.read_blocking(|tx| access::invitable(tx, &ctx)).unwrap().is_empty();
        assert!(!may());
        ctx.clock.advance(hour);
        assert!(may());
        house.set_status(giver, "deactivated");
        assert!(!may());
        house.set_status(giver, "active");
        ctx.clock.advance(day);
        assert!(!may());
    }

    fn whoever_has_access_keeps_it_and_what_is_over_is_replaced(db: &TestDb) {
        let house = Building::new(db);
        let gate = house.device("Main gate");
        let (old, new, gone) = (house.invited("Old"), house.invited("New"), house.invited("Gone"));
        house.give(&house.admin, &gate, terms(AccessType::Temporary), &[old]).unwrap();
        house.set_status(gone, "deactivated");
        let given = house
            .give(&house.admin, &gate, terms(AccessType::Always), &[old, new, gone, new])
            .unwrap();
        assert_eq!(given, Given {
            given: vec![(new, gate.id)],
            already: vec![(old, gate.id)],
            unfit: vec![gone],
        });
        assert_eq!((house.version(old), house.version(new), house.version(gone)), (2, 2, 1));
        house.admin.clock.advance(Duration::from_hours(2));
        let given = house.give(&house.admin, &gate, terms(AccessType::Always), &[old]).unwrap();
        assert_eq!(given.given, [(old, gate.id)]);
        assert_eq!(house.grants(old)[0].access_type, "always");
    }

    fn tenants_stay_within_the_limits_for_guests(db: &TestDb) {
        let house = Building::new(db);
        let gate = house.device("Main gate");
        house.set_guests(&gate, 30, 2);
        let ctx = house.ctx(house.with("Tenant", &gate, AccessType::Tenant));
        let other = house.ctx(house.with("Other tenant", &gate, AccessType::Tenant));
        let free = |ctx: &Ctx| {
            let open = db.read_blocking(|tx| access::invitable(tx, ctx)).unwrap();
            open[0].guests.unwrap().free
        };
        let until = |minutes| {
            let end = ctx.now().checked_add(Duration::from_mins(minutes));
            Terms::new(AccessType::Temporary, None, None, end, ctx.now()).unwrap()
        };
        let [first, second, third] = ["One", "Two", "Three"].map(|name| house.invited(name));
        let refusal = house.give(&ctx, &gate, until(31), &[first]).unwrap_err();
        assert!(matches!(refusal, AccessRefusal::GuestTooLong { minutes: 30, .. }));
        let refusal = house.give(&ctx, &gate, until(30), &[first, second, third]).unwrap_err();
        assert!(matches!(refusal, AccessRefusal::GuestsFull { free: 2, .. }));
        assert_eq!(house.grants(first), []);
        house.give(&ctx, &gate, until(30), &[first]).unwrap();
        house.give(&other, &gate, until(20), &[second]).unwrap();
        assert_eq!((free(&ctx), free(&other)), (0, 0));
        assert!(house.give(&ctx, &gate, until(10), &[third]).is_err());
        // Those whom others invite hold no place.
        house.give(&house.admin, &gate, until(10), &[third]).unwrap();
        assert_eq!(free(&ctx), 0);
        ctx.clock.advance(Duration::from_mins(20));
        assert_eq!(free(&ctx), 1);
        house.set_status(first, "deactivated");
        assert_eq!(free(&ctx), 2);
    }

    fn tenants_who_invite_at_the_same_time_share_the_places(db: &TestDb) {
        let house = Building::new(db);
        let gate = house.device("Main gate");
        house.set_guests(&gate, 30, 2);
        let tenants: Vec<_> = (0..8)
            .map(|n| house.with(&format!("Tenant {n}"), &gate, AccessType::Tenant))
            .collect();
        let guests: Vec<_> = (0..8).map(|n| house.invited(&format!("Guest {n}"))).collect();
        let given: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = tenants
                .iter()
                .zip(&guests)
                .map(|(tenant, guest)| {
                    let (ctx, house, gate) = (house.ctx(*tenant), &house, &gate);
                    scope.spawn(move || {
                        let end = NOW.checked_add(Duration::from_mins(20));
                        let kind = AccessType::Temporary;
                        let terms = Terms::new(kind, None, None, end, NOW).unwrap();
                        match house.give(&ctx, gate, terms, &[*guest]) {
                            Ok(given) => given.given.len(),
                            Err(AccessRefusal::GuestsFull { free: 0, .. }) => 0,
                            Err(other) => panic!("{other}"),
                        }
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(given, 2);
    }

    fn other_accounts_see_nothing(db: &TestDb) {
        let house = Building::new(db);
        let gate = house.device("Main gate");
        let giver = house.with("Full", &gate, AccessType::Full);
        let new = directory::accounts::NewAccount::named("Elsewhere");
        let other = db
            .write_blocking(|tx| {
                directory::accounts::create(tx, &house.admin.clock, &house.admin.ids, &new)
            })
            .unwrap();
        for ctx in [house.admin.clone(), house.ctx(giver)] {
            let foreign = Ctx { account: other.id, ..ctx };
            assert_eq!(db.read_blocking(|tx| access::invitable(tx, &foreign)).unwrap(), []);
            let refusal = house.give(&foreign, &gate, terms(AccessType::Always), &[giver]);
            assert!(matches!(refusal.unwrap_err(), AccessRefusal::Unknown));
        }
        // Nor do people of another account get anything.
        let stranger = Building {
            db,
            admin: Ctx { account: other.id, ..house.admin.clone() },
        }
        .invited("Stranger");
        let given = house.give(&house.admin, &gate, terms(AccessType::Always), &[stranger]);
        assert_eq!(given.unwrap().unfit, [stranger]);
    }
}
