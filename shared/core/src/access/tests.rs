use super::*;

/// Columns as in [`Role::ALL`]: `-` nothing, `v` view, `e` edit, `o` own and the team's, `s` to see
/// these.
#[test]
fn the_rights_of_every_role_are_these() {
    let expected = [
        ("profiles", "evveev"),
        ("messages", "vvsvvv"),
        ("leads", "evo-ev"),
        ("tasks", "e-oeev"),
        ("journeys", "eevvvv"),
        ("channels", "ev--vv"),
        ("doors", "eevvvv"),
        ("touchpoints", "vvsvvv"),
        ("dead_letters", "e---v-"),
        ("system", "ev--vv"),
        ("reps", "e-vvev"),
        ("users", "e---v-"),
        ("api_keys", "e-----"),
        ("audit", "v---v-"),
        ("setup", "evvvev"),
    ];
    let found: Vec<(&str, String)> = Object::all()
        .map(|object| {
            let cells = Role::ALL.map(|role| match role.right(object) {
                Right::None => '-',
                Right::View => 'v',
                Right::Edit => 'e',
                Right::Own => 'o',
                Right::OwnView => 's',
            });
            (object.id(), cells.iter().collect())
        })
        .collect();
    assert_eq!(found, expected.map(|(object, cells)| (object, cells.to_owned())));
    let clear: Vec<&str> =
        Role::ALL.into_iter().filter(|role| role.sees_personal_data()).map(Role::id).collect();
    assert_eq!(clear, ["admin", "sales", "service", "manager"]);
    assert!(Role::ALL.into_iter().all(|role| Role::parse(role.id()) == Some(role)));
}

#[test]
fn a_key_may_what_its_scopes_say_and_no_more() {
    let scopes = ["profiles:view", "leads:edit"].map(str::to_owned).to_vec();
    let grants = Grants::Scopes(scopes);
    assert!(grants.allows(Object::Profiles, Action::View));
    assert!(!grants.allows(Object::Profiles, Action::Edit));
    assert!(grants.allows(Object::Leads, Action::View), "who edits also sees");
    assert!(!grants.allows(Object::Users, Action::View));
    assert!(!grants.sees_personal_data());
    assert!(Grants::Scopes(vec![PERSONAL_DATA.to_owned()]).sees_personal_data());
    for scope in ["profiles:view", "api_keys:edit", PERSONAL_DATA] {
        assert!(is_scope(scope), "{scope}");
    }
    for scope in ["profiles", "profiles:delete", "nothing:view", "", "*"] {
        assert!(!is_scope(scope), "{scope}");
    }
}

#[test]
fn nobody_gives_a_right_they_do_not_have() {
    let keys = |scopes: &[&str]| Grants::Scopes(scopes.iter().map(|one| one.to_string()).collect());
    let admin = Grants::Role(Role::Admin);
    for role in Role::ALL {
        assert!(admin.covers(&Grants::Role(role)), "{}", role.id());
        assert!(Grants::Role(role).covers(&Grants::Role(role)), "{}", role.id());
        assert_eq!(Grants::Role(role).covers(&admin), role == Role::Admin, "{}", role.id());
    }
    assert!(admin.covers(&keys(&["api_keys:edit", PERSONAL_DATA, "users:edit"])));
    let maker = keys(&["api_keys:edit", "profiles:view", "leads:edit"]);
    for within in [
        &["profiles:view"][..],
        &["leads:view"],
        &["leads:edit", "profiles:view"],
        &[],
        &["api_keys:view"],
    ] {
        assert!(maker.covers(&keys(within)), "{within:?}");
    }
    for beyond in [
        &["profiles:edit"][..],
        &[PERSONAL_DATA],
        &["users:edit"],
        &["audit:view"],
        &["profiles:view", "journeys:view"],
        &["leads:edit", PERSONAL_DATA],
    ] {
        assert!(!maker.covers(&keys(beyond)), "{beyond:?}");
    }
    // Own is less than everybody's, in either direction of the question.
    let sales = Grants::Role(Role::Sales);
    assert!(!sales.covers(&keys(&["leads:view"])) && !sales.covers(&keys(&["leads:edit"])));
    assert!(keys(&["leads:edit"]).gives(Object::Leads, Right::Own));
    assert!(!keys(&["leads:view"]).gives(Object::Leads, Right::Own));
    assert!(!Grants::Role(Role::Marketing).covers(&Grants::Role(Role::ReadOnly)));
    assert!(Grants::Role(Role::Manager).covers(&keys(&["profiles:edit", PERSONAL_DATA])));
}

#[test]
fn permissions_read_back_are_the_same_rights() {
    for role in Role::ALL {
        let grants = Grants::Role(role);
        assert_eq!(Grants::of_header(&grants.to_header()), Some(grants));
    }
    let key = Grants::Scopes(vec!["leads:edit".to_owned(), PERSONAL_DATA.to_owned()]);
    assert_eq!(Grants::of_header(&key.to_header()), Some(key));
    assert_eq!(Grants::of_header("role nobody"), None);
}

#[test]
fn what_names_somebody_is_not_a_name() {
    for query in [
        "13800138000",
        "138 0013 8000",
        "+86138-0013-8000",
        "１３８００１３８０００",
        "li.na@example.com",
        "phone:1",
        "wechat_openid@wx1:oABC",
        "member_id:QH-157",
        "user_id:anna",
    ] {
        assert!(names_somebody(query), "{query}");
    }
    for query in [
        "李娜",
        "Anna Müller",
        "prf_ap5fmq01xnt3e66npqhdn5qnzr",
        "",
        "1380013",
        "Acme 2026",
        "欧阳:娜",
    ] {
        assert!(!names_somebody(query), "{query}");
    }
}
