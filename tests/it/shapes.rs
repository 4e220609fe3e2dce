//! The types of a document with every construct of JSON Schema: they compile, they are what their
//! names say, and they read and write what goes over the wire.

use serde_json::{Value, json};

toolwright::openapi!("it/shapes.yaml");

fn read(mut value: Value) -> Result<shapes::EverythingOutput, String> {
    let members = value.as_object_mut().unwrap();
    members.entry("id").or_insert(json!("1"));
    members.entry("state").or_insert(json!("open"));
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// What is written again of one member.
#[track_caller]
fn again(member: &str, value: Value) -> Value {
    let read = read(json!({ member: value })).unwrap();
    serde_json::to_value(read).unwrap()[member].take()
}

#[test]
fn every_construct_is_written_as_it_was_read() {
    for (member, value) in [
        ("state", json!("open")),
        ("nickname", json!("Jo")),
        ("place", json!([47.5, 8.5])),
        ("entry", json!(["a", 1])),
        ("level", json!("low")),
        ("level", json!(3)),
        ("level", json!(true)),
        ("odd", json!("")),
        ("odd", json!("+1")),
        ("odd", json!("a b")),
        ("odd", json!("A-B")),
        ("odd", json!("unknown")),
        ("odd", json!("Self")),
        ("huge", json!(u64::MAX)),
        ("labels", json!({ "x-a": 1 })),
        ("extra", json!({ "extra": "a", "b": true })),
        ("anything", json!([1, null])),
        ("empty", json!({ "a": {} })),
        ("shout", json!("loud")),
        ("kind", json!("shapes")),
        ("one", json!({ "a": 1 })),
        ("tree", json!({ "left": { "leaves": [{}] }, "right": {} })),
        ("merged", json!({ "name": "a", "age": 3 })),
        ("3d", json!(true)),
        ("Self", json!("me")),
        ("foo-bar", json!("a")),
        ("foo_bar", json!("b")),
        ("vehicle", json!({ "kind": "car", "doors": 3 })),
        ("contact", json!({ "name": "a", "phone": "1" })),
        ("contact", json!({ "name": "a", "email": "b" })),
        ("contact", json!({ "rank": 7 })),
    ] {
        assert_eq!(again(member, value.clone()), value, "{member}");
    }
}

#[test]
fn a_new_value_of_the_upstream_breaks_no_result() {
    let shapes = read(json!({ "state": "paused", "odd": "new" })).unwrap();
    assert_eq!(shapes.state, shapes::State::Other("paused".to_owned()));
    assert_eq!(shapes.state.as_str(), "paused");
    assert_eq!(again("state", json!("paused")), "paused");
    assert_eq!(read(json!({ "state": "unknown" })).unwrap().state, shapes::State::Unknown);

    let boat = json!({ "kind": "boat", "sails": 3 });
    let vehicle = read(json!({ "vehicle": boat })).unwrap().vehicle;
    assert!(matches!(vehicle, Some(shapes::Vehicle::Unknown(_))), "{vehicle:?}");
    assert_eq!(again("vehicle", boat.clone()), boat);
}

#[test]
fn arguments_stay_closed_and_null_is_not_absence() {
    let read = |value: Value| serde_json::from_value::<shapes::ChangeInput>(value);
    let error = read(json!({ "colour": "blue" })).unwrap_err().to_string();
    assert!(error.contains("red"), "{error}");

    let change = read(json!({ "nickname": null, "note": null, "preset": null })).unwrap();
    assert_eq!(change.nickname, Some(None));
    assert_eq!(change.tags, None);
    assert_eq!(change.note, Some(Value::Null));
    let written = serde_json::to_value(&change).unwrap();
    assert_eq!(written, json!({ "nickname": null, "note": null }));

    let tags: toolwright::Patch<Vec<String>> = Some(Some(vec!["a".to_owned()]));
    let change = shapes::ChangeInput { tags, ..shapes::ChangeInput::default() };
    assert_eq!(serde_json::to_value(&change).unwrap(), json!({ "tags": ["a"] }));
}

#[test]
fn discriminators_decide_where_no_constant_does() {
    let pet = |value: Value| read(json!({ "pet": value })).map(|shapes| shapes.pet);
    let cat = pet(json!({ "species": "tom", "name": "a" })).unwrap();
    assert!(matches!(&cat, Some(shapes::Pet::Cat(cat)) if cat.name.as_deref() == Some("a")));
    let dog = pet(json!({ "species": "dog" })).unwrap();
    assert!(matches!(dog, Some(shapes::Pet::Dog(_))), "{dog:?}");
    // `Cat` has no member for its species.
    assert_eq!(again("pet", json!({ "species": "cat" })), json!({ "species": "cat" }));
    let bird = json!({ "species": "bird", "wings": 2 });
    assert_eq!(again("pet", bird.clone()), bird);
    assert!(pet(json!("cat")).unwrap_err().contains("`species`"));

    let robot = read(json!({ "visitor": { "type": "Robot", "name": "r" } })).unwrap().visitor;
    assert!(matches!(robot, Some(shapes::Visitor::Robot(_))), "{robot:?}");
}

#[test]
fn a_base_with_a_discriminator_stands_for_its_heirs() {
    let account = |value: Value| read(json!({ "account": value })).map(|shapes| shapes.account);
    let savings = account(json!({ "kind": "savings", "owner": "a", "rate": 1.5 })).unwrap();
    let Some(shapes::AnyAccount::Savings(savings)) = savings else { panic!("{savings:?}") };
    assert_eq!((savings.owner.as_deref(), savings.rate), (Some("a"), Some(1.5)));
    let student = json!({ "kind": "Student", "owner": "b", "limit": 5, "school": "c" });
    let read = account(student.clone()).unwrap();
    assert!(matches!(read, Some(shapes::AnyAccount::Student(_))), "{read:?}");
    let both = json!([{ "kind": "Checking", "limit": 5 }, student]);
    assert_eq!(again("accounts", both.clone()), both);
    let new = json!({ "kind": "loan", "sum": 1 });
    assert_eq!(again("account", new.clone()), new);
    assert!(account(json!("none")).unwrap_err().contains("`kind`"));
}

#[test]
fn what_travels_one_way_is_no_member_of_the_other() {
    let change = serde_json::from_value::<shapes::ChangeInput>(json!({ "secret": "s", "id": "1" }));
    assert_eq!(serde_json::to_value(change.unwrap()).unwrap(), json!({ "secret": "s" }));
    assert_eq!(again("secret", json!("s")), Value::Null);
}
