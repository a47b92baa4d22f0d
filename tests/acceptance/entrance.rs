//! The door: set-up, signing in and out, invitations, and what keeps others out.

use acceptance::world::{PASSWORD, email};
use acceptance::{Person, World};
use domain::access::Role;
use serde_json::json;

#[tokio::test]
async fn the_set_up_link_works_once() {
    let world = World::start().await;
    let first = Person::stranger(&world.url);
    first.get("/incidents").await.says("This instance is new");
    let secret = world.store.setup_token().await.expect("a link");
    let link = format!("/setup?token={secret}");
    let page = first.get(&link).await;
    let page = first
        .submit(
            &page,
            "setup",
            &[("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD), ("library:b", "")],
        )
        .await;
    assert_eq!(page.path, "/", "{}", page.text());
    page.says("Ada");
    let second = Person::stranger(&world.url);
    assert_eq!(second.get(&link).await.path, "/sign-in");
    let page = second
        .post("/setup", &[("token", &secret), ("name", "Eve"), ("email", "eve@example.org"), ("password", PASSWORD)])
        .await;
    page.has_status(404).says("This set-up link was used or replaced");
    assert_eq!(world.store.users(&store::Actor::system()).await.expect("accounts").len(), 1);
}

#[tokio::test]
async fn a_set_up_form_that_is_refused_keeps_what_was_typed() {
    let world = World::start().await;
    let secret = world.store.setup_token().await.expect("a link");
    let person = Person::stranger(&world.url);
    let page = person.get(&format!("/setup?token={secret}")).await;
    let page =
        person.submit(&page, "setup", &[("name", "Ada"), ("email", "ada@example.org"), ("password", "short")]).await;
    page.has_status(422).says("Choose a password of at least 8 characters");
    let form = page.form("setup");
    assert_eq!(
        (form.value("name"), form.value("email"), form.value("password")),
        ("Ada".into(), "ada@example.org".into(), String::new())
    );
    assert_eq!(form.value("token"), secret, "the link is not used up");
}

#[tokio::test]
async fn a_wrong_password_is_told_and_the_address_stays() {
    let world = World::start().await;
    world.account("Ada", Role::Admin).await;
    let person = Person::stranger(&world.url);
    let page = person.get("/sign-in").await;
    for (address, password) in [("ada@example.org", "not her password"), ("nobody@example.org", PASSWORD)] {
        let page = person.submit(&page, "sign-in", &[("email", address), ("password", password)]).await;
        page.has_status(422);
        assert_eq!(
            page.error_beside("sign-in", "password").as_deref(),
            Some("This e-mail address and password do not belong together. Check both and try again.")
        );
        assert_eq!(page.form("sign-in").value("email"), address);
    }
}

#[tokio::test]
async fn guessing_stops_after_five_tries() {
    // The clock stands still, so that no new quarter of an hour begins between two tries.
    let world = World::start_frozen("2020-02-02T02:02:00Z").await;
    world.account("Ada", Role::Admin).await;
    let person = Person::stranger(&world.url);
    for _ in 0..5 {
        person.post("/sign-in", &[("email", "ada@example.org"), ("password", "a guess")]).await.has_status(422);
    }
    let page = person.post("/sign-in", &[("email", "ADA@example.org "), ("password", PASSWORD)]).await;
    page.has_status(429).says("Too many attempts failed. Try again in");
    world.account("Grace", Role::Viewer).await;
    Person::sign_in(&world.url, &email("Grace")).await;
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_signing_out_ends_it() {
    let world = World::start().await;
    world.account("Grace", Role::Viewer).await;
    let person = world.person("Ada", Role::Viewer).await;
    let planted = person.cookies();
    assert!(planted.split("; ").any(|cookie| cookie.starts_with("inquest=")), "{planted}");
    person.post("/sign-in", &[("email", "grace@example.org"), ("password", PASSWORD)]).await.has_status(200);
    let (fresh, old) = (person.cookies(), Person::stranger(&world.url));
    assert_ne!(planted, fresh, "a session gets a new id when it gains rights");
    let with = async |cookie: &str| {
        old.request("GET", "/incidents").header("cookie", cookie).send().await.expect("an answer").status().as_u16()
    };
    assert_eq!((with(&planted).await, with(&fresh).await), (303, 200));
    person.post("/sign-out", &[]).await;
    assert_eq!(with(&fresh).await, 303, "the session is gone, not only the cookie");
    assert_eq!(person.get("/account").await.path, "/sign-in");
}

#[tokio::test]
async fn after_signing_in_one_is_where_one_wanted_to_be() {
    let world = World::start().await;
    world.account("Ada", Role::Viewer).await;
    let person = Person::stranger(&world.url);
    let page = person.get("/remediation?status=open").await;
    assert_eq!(page.path, "/sign-in");
    let page = person.submit(&page, "sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(page.path, "/remediation");
}

#[tokio::test]
async fn nobody_is_sent_off_this_site() {
    let world = World::start().await;
    world.account("Ada", Role::Viewer).await;
    // Browsers drop tabs and line breaks from addresses, and read \ as /.
    for next in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "evil.example",
    ] {
        let person = Person::stranger(&world.url);
        let answer =
            person.knock("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/"), "{next:?}");
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let form = [("title", "Filed by a stranger's page")];
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        let answer = ada.request("POST", "/incidents").header(name, value).form(&form).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 403, "{name}: {value}");
    }
    ada.get("/incidents").await.says_not("Filed by a stranger");
    let answer = ada
        .request("POST", "/incidents")
        .header("sec-fetch-site", "same-origin")
        .form(&form)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status().as_u16(), 303);
    let link = ada.request("GET", "/incidents").header("sec-fetch-site", "cross-site").send().await.expect("an answer");
    assert_eq!(link.status().as_u16(), 200, "a link from elsewhere leads in");
}

#[tokio::test]
async fn every_answer_tells_browsers_to_trust_nothing_else() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    for path in ["/incidents", "/sign-in", "/no-such-page", "/api/v1/openapi.json", "/healthz"] {
        let answer = ada.peek(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{path}: {policy}");
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains("http"),
            "{path}: {policy}"
        );
        for needed in ["frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"] {
            assert!(policy.contains(needed), "{path}: {policy}");
        }
        let headers = ["x-content-type-options", "referrer-policy", "cross-origin-opener-policy", "cache-control"]
            .map(|name| answer.header(name));
        assert_eq!(headers, ["nosniff", "same-origin", "same-origin", "no-store"], "{path}");
    }
    let answer =
        Person::stranger(&world.url).knock("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    let cookie = answer.header("set-cookie").to_lowercase();
    assert!(cookie.contains("httponly") && cookie.contains("samesite=lax"), "{cookie}");
}

#[tokio::test]
async fn an_invitation_works_once() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let page = ada.get("/people").await;
    let page = ada.submit(&page, "invitation", &[("email", "grace@example.org"), ("role", "reviewer")]).await;
    page.has_status(200).says("The invitation is ready.").says("grace@example.org");
    let (_, rest) = page.html.split_once("/invite/").expect("the link is shown");
    let link = format!("/invite/{}", rest.split('<').next().expect("a token"));
    ada.get("/people").await.says_not("The invitation is ready.");
    let grace = Person::stranger(&world.url);
    let page = grace.get(&link).await;
    page.says("You are invited as reviewer");
    let page = grace.submit(&page, "invite", &[("name", "Grace"), ("password", "too few")]).await;
    page.has_status(422).says("at least 8 characters");
    assert_eq!(page.form("invite").value("name"), "Grace");
    let page = grace.submit(&page, "invite", &[("name", "Grace"), ("password", PASSWORD)]).await;
    assert_eq!(page.path, "/");
    let eve = Person::stranger(&world.url);
    eve.get(&link).await.has_status(404).says("This invitation was used or has expired");
    eve.post(&link, &[("name", "Eve"), ("password", PASSWORD)]).await.has_status(404);
    let grace = world.store.user_by_email("grace@example.org").await.expect("the account");
    assert_eq!((grace.role, grace.name.as_str()), (Role::Reviewer, "Grace"));
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let user = world.account("Grace", Role::Responder).await;
    let (grace, program) = (Person::sign_in(&world.url, &email("Grace")).await, world.program_of(&user, None).await);
    program.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let page = ada.get("/people").await;
    ada.press(&page, "Disable the account of Grace").await.has_status(200).says("disabled");
    assert_eq!(grace.get("/incidents").await.path, "/sign-in");
    program.refused(401, "GET", "/incidents", json!(null)).await;
    grace
        .post("/sign-in", &[("email", "grace@example.org"), ("password", PASSWORD)])
        .await
        .has_status(422)
        .says("do not belong together");
    ada.get("/incidents/INC-1/history").await.says("Grace");
}

#[tokio::test]
async fn the_last_admin_stays() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let id = world.store.user_by_email("ada@example.org").await.expect("the account").id;
    ada.post(&format!("/users/{id}/role"), &[("role", "viewer"), ("at", "/people")]).await.has_status(409);
    ada.post(&format!("/users/{id}/disable"), &[("at", "/people")]).await.has_status(409);
    ada.get("/people").await.has_status(200);
}

#[tokio::test]
async fn behind_https_the_cookie_is_for_https_only() {
    let world = World::start_behind(server::Front { secure: true, ..server::Front::default() }).await;
    world.account("Ada", Role::Admin).await;
    let person = Person::stranger(&world.url);
    let answer = person.knock("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    assert!(answer.header("set-cookie").to_lowercase().contains("secure"), "{}", answer.header("set-cookie"));
}

#[tokio::test]
async fn a_trusted_proxy_tells_people_apart() {
    for (trust_proxy, expected) in [(true, 422), (false, 429)] {
        let world = World::start_behind(server::Front { trust_proxy, ..server::Front::default() }).await;
        let person = Person::stranger(&world.url);
        let mut last = 0;
        // One more than an address may fail; each guess at another account, from another client.
        for number in 0..=30 {
            let form = [("email", format!("nobody{number}@example.org")), ("password", "a guess".to_string())];
            // The client can write what it likes before what the proxy adds.
            let from = format!("203.0.113.9, 198.51.100.{number}");
            let request = person.request("POST", "/sign-in").header("x-forwarded-for", from).form(&form);
            last = request.send().await.expect("an answer").status().as_u16();
        }
        assert_eq!(last, expected, "trusted: {trust_proxy}");
    }
}
