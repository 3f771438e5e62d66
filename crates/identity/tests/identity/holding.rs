//! Access that is there: who sees, changes and takes it, and how a device changes hands.

use std::time::Duration;

use db::params;
use directory::{
    Ctx,
    access::{self, AccessRefusal, Address, Change, Standing, Terms},
    devices::Device,
    users::PageAt,
};
use kernel::{AccessType, Email, Phone, Text, UserId};
use testkit::{TestDb, on_both};

use crate::access::{Building, terms};

impl Building<'_> {
    fn change(
        &self,
        ctx: &Ctx,
        device: &Device,
        user: UserId,
        terms: Option<Terms>,
        notes: &str,
    ) -> Result<(), AccessRefusal> {
        let change = Change {
            device: device.id,
            user,
            version: self.version(user),
            terms,
            notes: Some(Text::parse_lines(notes, Text::MAX_NOTES).unwrap()),
        };
        self.db
            .write_blocking(|tx| access::change(tx, ctx, &change))
    }

    fn revoke(&self, ctx: &Ctx, device: &Device, user: UserId) -> Result<(), AccessRefusal> {
        self.db
            .write_blocking(|tx| access::revoke(tx, ctx, device.id, user))
    }

    fn transfer(&self, ctx: &Ctx, device: &Device, to: &str) -> Result<(), AccessRefusal> {
        let to = if to.contains('@') {
            Address::Email(Email::parse(to).unwrap())
        } else {
            Address::Phone(Phone::parse(to, None).unwrap())
        };
        self.db
            .write_blocking(|tx| access::transfer(tx, ctx, device.id, &to))
            .map(drop)
    }

    /// Makes somebody reachable, and somebody who signs in.
    fn connect(&self, user: UserId, email: &str, phone: &str) {
        let sql = db::Sql::new(
            "test",
            "update users set email = $2, email_key = $2, phone = $3, identity_id = $1, status = 'active'
             where account_id = $4 and id = $1",
        );
        self.db
            .write_blocking(|tx| tx.execute(&sql, params![user, email, phone, self.admin.account]))
            .unwrap();
    }

    /// Name and standing of those a visitor sees.
    fn seen(
        &self,
        ctx: &Ctx,
        device: &Device,
        standing: Option<Standing>,
    ) -> Result<Vec<(String, Standing)>, AccessRefusal> {
        let page = self
            .db
            .read_blocking(|tx| access::holders(tx, ctx, device.id, standing, PageAt::Start, 50))?;
        Ok(page
            .holders
            .into_iter()
            .map(|holder| (holder.name, holder.standing))
            .collect())
    }

    fn kind(&self, user: UserId) -> String {
        let grants = self.grants(user);
        grants
            .first()
            .map_or("none".to_owned(), |grant| grant.access_type.clone())
    }
}

fn code<T>(outcome: Result<T, AccessRefusal>) -> &'static str {
    outcome.map_or_else(|refusal| refusal.code(), |_| "done")
}

/// A device with somebody of each type, made by the administration.
fn with_everybody(db: &TestDb) -> (Building<'_>, Device, Vec<(AccessType, UserId)>) {
    let house = Building::new(db);
    let gate = house.device("Main gate");
    let people: Vec<_> = [
        AccessType::Full,
        AccessType::Tenant,
        AccessType::Always,
        AccessType::Repeat,
        AccessType::Temporary,
    ]
    .into_iter()
    .map(|kind| (kind, house.with(&format!("With {kind}"), &gate, kind)))
    .collect();
    let owner = house.active("The owner");
    house.connect(owner, "owner@example.com", "+27821234567");
    house
        .transfer(&house.admin, &gate, "owner@example.com")
        .unwrap();
    let all = [(AccessType::Owner, owner)].into_iter().chain(people);
    (house, gate, all.collect())
}

on_both! {
    fn each_type_of_access_sees_and_does_what_its_rules_say(db: &TestDb) {
        let (house, gate, people) = with_everybody(db);
        let other = house.device("Side door");
        let mut lines = Vec::new();
        for (kind, person) in &people {
            let ctx = house.ctx(*person);
            let guest = house.invited("Guest");
            house.give(&house.admin, &gate, terms(AccessType::Always), &[guest]).unwrap();
            let seen = house.seen(&ctx, &gate, None).map_or_else(|refusal| refusal.code().to_owned(), |all| all.len().to_string());
            let change = code(house.change(&ctx, &gate, guest, Some(terms(AccessType::Tenant)), ""));
            let owners = code(house.change(&ctx, &gate, people[0].1, Some(terms(AccessType::Full)), ""));
            let owner = code(house.revoke(&ctx, &gate, people[0].1));
            let revoke = code(house.revoke(&ctx, &gate, guest));
            let configure = code(db.write_blocking(|tx| {
                let name = kernel::GroupName::parse("Main gate").unwrap();
                access::configure(tx, &ctx, gate.id, &name, gate.guests)
            }));
            lines.push(format!("{kind}: sees {seen}, change {change} {owners}, revoke {revoke} {owner}, settings {configure}"));
            assert_eq!(code(house.seen(&ctx, &other, None)), "device_unknown");
            house.revoke(&house.admin, &gate, guest).ok();
        }
        assert_eq!(lines, [
            "owner: sees 7, change done owner_stays, revoke done owner_stays, settings done",
            "full: sees 7, change done owner_stays, revoke done owner_stays, settings done",
            "tenant: sees 0, change access_unknown access_unknown, revoke access_unknown access_unknown, settings not_permitted",
            "always: sees device_unknown, change device_unknown device_unknown, revoke device_unknown device_unknown, settings device_unknown",
            "repeat: sees device_unknown, change device_unknown device_unknown, revoke device_unknown device_unknown, settings device_unknown",
            "temporary: sees device_unknown, change device_unknown device_unknown, revoke device_unknown device_unknown, settings device_unknown",
        ]);
        // The administration may take the device from its owner, too.
        assert_eq!(code(house.revoke(&house.admin, &gate, people[0].1)), "done");
    }

    fn a_tenant_sees_and_revokes_own_guests_only(db: &TestDb) {
        let house = Building::new(db);
        let gate = house.device("Main gate");
        let [mine, theirs] = ["Mine", "Theirs"].map(|name| house.invited(name));
        let tenant = house.ctx(house.with("Tenant", &gate, AccessType::Tenant));
        let other = house.ctx(house.with("Other", &gate, AccessType::Tenant));
        house.give(&tenant, &gate, terms(AccessType::Temporary), &[mine]).unwrap();
        house.give(&other, &gate, terms(AccessType::Temporary), &[theirs]).unwrap();
        assert_eq!(house.seen(&tenant, &gate, None).unwrap(), [("Mine".to_owned(), Standing::Pending)]);
        let counted = |ctx: &Ctx| db.read_blocking(|tx| access::count_holders(tx, ctx, gate.id)).unwrap().unwrap();
        assert_eq!(counted(&tenant), [(Standing::Pending, 1), (Standing::Revoked, 0)]);
        assert_eq!(counted(&house.admin)[0], (Standing::Active, 2));
        let found = db.read_blocking(|tx| access::find_holders(tx, &tenant, gate.id, None, "the")).unwrap();
        assert_eq!(found, []);
        assert_eq!(code(house.revoke(&tenant, &gate, theirs)), "access_unknown");
        assert_eq!(code(house.revoke(&tenant, &gate, mine)), "done");
        assert_eq!(code(house.revoke(&tenant, &gate, mine)), "access_unknown");
        assert_eq!(house.seen(&tenant, &gate, Some(Standing::Revoked)).unwrap(), [("Mine".to_owned(), Standing::Revoked)]);
        assert_eq!(house.seen(&other, &gate, Some(Standing::Revoked)).unwrap(), []);
        // The place is free again, and who invites again makes the person a guest again.
        let open = db.read_blocking(|tx| access::invitable(tx, &tenant)).unwrap();
        assert_eq!(open[0].guests.unwrap().free, 9);
        house.give(&tenant, &gate, terms(AccessType::Temporary), &[mine]).unwrap();
        assert_eq!(house.seen(&tenant, &gate, Some(Standing::Revoked)).unwrap(), []);
    }

    fn access_stands_as_it_says(db: &TestDb) {
        let house = Building::new(db);
        let gate = house.device("Main gate");
        let [active, gone] = ["Active", "Gone"].map(|name| house.active(name));
        let [pending, over, taken] = ["Pending", "Over", "Taken"].map(|name| house.invited(name));
        house.give(&house.admin, &gate, terms(AccessType::Always), &[active, pending, gone, taken]).unwrap();
        house.give(&house.admin, &gate, terms(AccessType::Temporary), &[over]).unwrap();
        house.set_status(gone, "deactivated");
        house.revoke(&house.admin, &gate, taken).unwrap();
        house.admin.clock.advance(Duration::from_hours(3));
        let each = [(active, Standing::Active), (pending, Standing::Pending), (over, Standing::Expired), (gone, Standing::Deactivated), (taken, Standing::Revoked)];
        for (user, standing) in each {
            let seen = house.seen(&house.admin, &gate, Some(standing)).unwrap();
            assert_eq!(seen.iter().map(|one| one.1).collect::<Vec<_>>(), [standing]);
            let own = db.read_blocking(|tx| access::of_user(tx, house.admin.account, user, house.admin.now())).unwrap();
            assert_eq!((own.len(), own[0].standing, &*own[0].name), (1, standing, "Main gate"));
        }
        assert_eq!(house.seen(&house.admin, &gate, None).unwrap().len(), 4);
        let counts = db.read_blocking(|tx| access::count_holders(tx, &house.admin, gate.id)).unwrap().unwrap();
        assert_eq!(counts.len(), 5);
        assert!(counts.iter().all(|(_, people)| *people == 1), "{counts:?}");
        let lines = db.read_blocking(|tx| directory::devices::page(tx, &house.admin, "mai", &directory::devices::DevicesAt::Start, 9)).unwrap();
        assert_eq!((lines.lines[0].active, lines.lines[0].pending, lines.lines[0].owner.as_deref()), (1, 1, None));
    }

    fn people_of_a_device_are_listed_page_by_page_and_found(db: &TestDb) {
        let house = Building::new(db);
        let gate = house.device("Main gate");
        let mut people: Vec<_> = (0..5).map(|n| house.invited(&format!("Person {n}"))).collect();
        let third = people[3];
        people.sort_unstable();
        house.give(&house.admin, &gate, terms(AccessType::Always), &people).unwrap();
        let page = |at| db.read_blocking(|tx| access::holders(tx, &house.admin, gate.id, None, at, 2)).unwrap();
        let names = |page: &access::HolderPage| page.holders.iter().map(|one| one.user).collect::<Vec<_>>();
        let first = page(PageAt::Start);
        assert_eq!((names(&first), first.has_previous, first.has_next), (people[..2].to_vec(), false, true));
        let last = page(PageAt::After(people[3]));
        assert_eq!((names(&last), last.has_previous, last.has_next), (people[4..].to_vec(), true, false));
        let back = page(PageAt::Before(people[4]));
        assert_eq!((names(&back), back.has_previous, back.has_next), (people[2..4].to_vec(), true, true));
        house.connect(third, "three@example.com", "+27821234567");
        for text in ["person 3", "three@", "+2782", "3, person"] {
            let found = db.read_blocking(|tx| access::find_holders(tx, &house.admin, gate.id, None, text)).unwrap();
            assert_eq!(found.iter().map(|one| one.user).collect::<Vec<_>>(), [third], "{text}");
        }
        let pending = db.read_blocking(|tx| access::find_holders(tx, &house.admin, gate.id, Some(Standing::Pending), "three")).unwrap();
        assert_eq!(pending, []);
    }

    fn a_change_counts_at_once_and_only_if_nobody_was_faster(db: &TestDb) {
        let house = Building::new(db);
        let gate = house.device("Main gate");
        let guest = house.with("Guest", &gate, AccessType::Always);
        let ctx = house.ctx(guest);
        let seen = house.version(guest);
        house.change(&house.admin, &gate, guest, Some(terms(AccessType::Full)), "Unit 12B").unwrap();
        assert_eq!(house.kind(guest), "full");
        assert_eq!(house.grants(guest)[0].notes.as_deref(), Some("Unit 12B"));
        assert_eq!(db.read_blocking(|tx| access::invitable(tx, &ctx)).unwrap().len(), 1);
        let late = Change { device: gate.id, user: guest, version: seen, terms: Some(terms(AccessType::Always)), notes: None };
        let refusal = db.write_blocking(|tx| access::change(tx, &house.admin, &late));
        assert_eq!(code(refusal), "changed_meanwhile");
        house.change(&house.admin, &gate, guest, None, " ").unwrap();
        assert_eq!((house.kind(guest).as_str(), house.grants(guest)[0].notes.as_deref()), ("full", None));
    }

    fn a_device_is_handed_over_to_somebody_with_exactly_that_address(db: &TestDb) {
        let (house, gate, people) = with_everybody(db);
        let (owner, full) = (people[0].1, people[1].1);
        let new = house.invited("The new one");
        let ctx = house.ctx(owner);
        assert_eq!(code(house.transfer(&ctx, &gate, "new@example.com")), "recipient_unknown");
        let reach = db::Sql::new("test", "update users set email_key = 'new@example.com' where id = $1 and account_id = $2");
        db.write_blocking(|tx| tx.execute(&reach, params![new, house.admin.account])).unwrap();
        assert_eq!(code(house.transfer(&ctx, &gate, "new@example.com")), "recipient_unknown", "never signed in");
        house.connect(new, "new@example.com", "+27821234568");
        assert_eq!(code(house.transfer(&house.ctx(full), &gate, "new@example.com")), "not_owner");
        assert_eq!(code(house.transfer(&house.ctx(people[3].1), &gate, "new@example.com")), "device_unknown");
        assert_eq!(code(house.transfer(&ctx, &gate, "owner@example.com")), "is_owner");
        assert_eq!(code(house.transfer(&ctx, &gate, "+27821234568")), "done");
        assert_eq!((house.kind(owner).as_str(), house.kind(new).as_str()), ("full", "owner"));
        assert_eq!(code(house.transfer(&ctx, &gate, "new@example.com")), "not_owner");
        // Back again: the former owner's access becomes the owner's once more.
        assert_eq!(code(house.transfer(&house.ctx(new), &gate, "owner@example.com")), "done");
        assert_eq!((house.kind(owner).as_str(), house.kind(new).as_str()), ("owner", "full"));
    }

    fn a_deleted_device_takes_its_access_along(db: &TestDb) {
        let (house, gate, people) = with_everybody(db);
        let remove = |user: UserId| {
            let ctx = house.ctx(user);
            code(db.write_blocking(|tx| access::remove_device(tx, &ctx, gate.id)))
        };
        assert_eq!(remove(people[1].1), "not_owner");
        assert_eq!(remove(people[3].1), "device_unknown");
        house.revoke(&house.admin, &gate, people[5].1).unwrap();
        assert_eq!(remove(people[0].1), "done");
        assert_eq!(house.grants(people[1].1), []);
        assert_eq!(code(house.seen(&house.admin, &gate, None)), "device_unknown");
        let own = db.read_blocking(|tx| access::of_user(tx, house.admin.account, people[5].1, house.admin.now())).unwrap();
        assert_eq!(own, []);
    }
}
