"""Provisions 1,000 people and 50 groups as an identity provider does, changes 200 people, deactivates
10, and looks whether all of it is so. Prints what took how long; fails if something is not as it should be.

Usage: scim.py ROOT TOKEN
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT, TOKEN = sys.argv[1], sys.argv[2]
OWN = "urn:ietf:params:scim:schemas:extension:muster:2.0:User"
PEOPLE, GROUPS, CHANGED, DEACTIVATED = 1000, 50, 200, 10


def call(method, path, body=None, expect=(200, 201, 204)):
    request = urllib.request.Request(
        ROOT + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    assert status in expect, (method, path, status, text)
    return json.loads(text) if text else None


def patch(path, *operations):
    return call("PATCH", path, {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": list(operations),
    })


def total(path, text):
    return call("GET", f"{path}?count=0&filter=" + urllib.parse.quote(text))["totalResults"]


def timed(words, count, work):
    began = time.monotonic()
    found = work()
    seconds = time.monotonic() - began
    print(f"{words:48} {seconds:7.2f} s {1000 * seconds / count:8.1f} ms each")
    return found


def person(number):
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": f"scim{number}@example.org",
        "externalId": f"object-{number}",
        "name": {"givenName": "Scim", "familyName": f"Person {number}"},
        "emails": [{"value": f"scim{number}@example.org", "type": "work", "primary": True}],
        "active": True,
    }


def make_people():
    """As providers do: look whether somebody is there, then make them."""
    ids = []
    for number in range(PEOPLE // 2):
        name = urllib.parse.quote(f'userName eq "scim{number}@example.org"')
        assert call("GET", f"/Users?filter={name}")["totalResults"] == 0
        ids.append(call("POST", "/Users", person(number))["id"])
    return ids


def make_in_bulk():
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": f"u{number}", "data": person(number)}
        for number in range(PEOPLE // 2, PEOPLE)
    ]
    answer = call("POST", "/Bulk", {"Operations": operations})
    assert all(one["status"] == "201" for one in answer["Operations"]), answer
    return [one["location"].rsplit("/", 1)[1] for one in answer["Operations"]]


def make_groups(ids):
    groups = []
    for number in range(GROUPS):
        group = call("POST", "/Groups", {"displayName": f"Scim group {number}"})["id"]
        members = [{"value": one} for one in ids[number::GROUPS]]
        patch(f"/Groups/{group}", {"op": "Add", "path": "members", "value": members})
        groups.append(group)
    return groups


def change(ids):
    for number, one in enumerate(ids[:CHANGED]):
        patch(
            f"/Users/{one}",
            {"op": "Replace", "path": "title", "value": f"Title {number}"},
            {"op": "Add", "value": {OWN: {"height": number / 2, "started_on": "2026-11-%02d" % (number % 30 + 1)}}},
            {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "tel:+41 44 668 %02d %02d" % divmod(number, 100)},
        )


def deactivate(ids):
    for one in ids[-DEACTIVATED:]:
        patch(f"/Users/{one}", {"op": "Replace", "path": "active", "value": "False"})


def everybody():
    seen, start = set(), 1
    while True:
        page = call("GET", f"/Users?startIndex={start}&count=500")
        seen.update(one["id"] for one in page["Resources"])
        start += len(page["Resources"])
        if start > page["totalResults"]:
            return seen, page["totalResults"]


def main():
    before = call("GET", "/Users?count=0")["totalResults"]
    ids = timed("500 people, probed and made one by one", 500, make_people)
    ids += timed("500 people in one bulk request", 500, make_in_bulk)
    groups = timed("50 groups of 20 people", 50, lambda: make_groups(ids))
    timed("200 people changed", 200, lambda: change(ids))
    timed("10 people deactivated", 10, lambda: deactivate(ids))
    everyone = timed("one group of all 1,000 people", 1000, lambda: call("POST", "/Groups", {
        "displayName": "Scim everybody", "members": [{"value": one} for one in ids],
    }))
    timed("1,000 people taken out of it", 1000, lambda: patch(f"/Groups/{everyone['id']}", {"op": "remove", "path": "members"}))
    seen, counted = timed("everybody listed", before + PEOPLE, everybody)
    assert counted == len(seen) == before + PEOPLE and seen.issuperset(ids), (counted, len(seen))
    found = timed("a filter that reads everybody", 1, lambda: total("/Users", 'title sw "Title " and name.givenName eq "SCIM"'))
    assert found == CHANGED, found
    assert total("/Users", f'{OWN}:height lt 50') == 100
    assert total("/Users", f'{OWN}:started_on gt "2026-11-20" and {OWN}:height pr') == 60
    assert total("/Users", 'active eq false and userName sw "scim"') == DEACTIVATED
    assert total("/Users", f'groups.value eq "{groups[7]}"') == PEOPLE // GROUPS
    assert total("/Groups", f'members.value eq "{ids[7]}"') == 1
    assert total("/Groups", 'displayName sw "scim group"') == GROUPS
    again = call("POST", "/Users", person(3), expect=(409,))
    assert again["scimType"] == "uniqueness", again
    print(f"{counted} people, {len(groups) + 1} groups: as it should be")


if __name__ == "__main__":
    main()
