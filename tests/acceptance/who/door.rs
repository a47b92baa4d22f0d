//! Strangers do not lock anybody out.

use acceptance::world::{PASSWORD, email};
use acceptance::{Person, World};
use domain::access::Role;

const AT: &str = "2020-02-02T02:02:00Z";

async fn behind_a_proxy() -> World {
    World::start_behind(server::Front { trust_proxy: true, ..server::Front::default() }).await
}

/// Tries to sign in from an address; the status and the header that says when to come back.
async fn try_from(person: &Person, address: &str, email: &str, password: &str) -> (u16, Option<u64>) {
    let request = person.request("POST", "/sign-in").header("x-forwarded-for", address);
    let answer = request.form(&[("email", email), ("password", password)]).send().await.expect("an answer");
    let after =
        answer.headers().get("retry-after").and_then(|after| after.to_str().ok()).and_then(|after| after.parse().ok());
    (answer.status().as_u16(), after)
}

#[tokio::test]
async fn strangers_lock_nobody_out() {
    let world = behind_a_proxy().await;
    world.account("Ada", Role::Admin).await;
    let (stranger, ada) = (Person::stranger(&world.url), email("Ada"));
    for _ in 0..5 {
        assert_eq!(try_from(&stranger, "203.0.113.1", &ada, "a guess").await.0, 422);
    }
    let (status, after) = try_from(&stranger, "203.0.113.1", &ada, PASSWORD).await;
    assert_eq!(status, 429, "whoever guesses has to wait");
    assert!(after.is_some_and(|seconds| (1..=900).contains(&seconds)), "and is told how long: {after:?}");
    let (status, _) = try_from(&Person::stranger(&world.url), "203.0.113.2", &ada, PASSWORD).await;
    assert_eq!(status, 303, "Ada signs in from elsewhere");
}

#[tokio::test]
async fn a_known_device_passes_while_the_whole_world_guesses() {
    let world = behind_a_proxy().await;
    world.account("Ada", Role::Admin).await;
    let (own, ada) = (Person::stranger(&world.url), email("Ada"));
    assert_eq!(try_from(&own, "198.51.100.7", &ada, PASSWORD).await.0, 303);
    own.post("/sign-out", &[]).await;
    let stranger = Person::stranger(&world.url);
    let mut slowed = false;
    for number in 0..120 {
        let address = format!("203.0.113.{}", number % 250);
        slowed |= try_from(&stranger, &address, &ada, "a guess").await.0 == 429;
    }
    assert!(slowed, "guesses from many addresses are slowed down");
    assert_eq!(try_from(&stranger, "203.0.113.251", &ada, PASSWORD).await.0, 429, "strangers wait");
    // Even from an address that strangers use.
    assert_eq!(try_from(&own, "203.0.113.1", &ada, PASSWORD).await.0, 303, "the device she always uses passes");
    // A device is known for its own account only.
    world.account("Grace", Role::Viewer).await;
    for _ in 0..5 {
        try_from(&own, "198.51.100.7", &email("Grace"), "a guess").await;
    }
    assert_eq!(try_from(&own, "198.51.100.7", &email("Grace"), PASSWORD).await.0, 429);
}

#[tokio::test]
async fn a_known_device_guesses_no_more_than_others() {
    let world = World::start_frozen(AT).await;
    world.account("Ada", Role::Admin).await;
    let own = Person::sign_in(&world.url, &email("Ada")).await;
    own.post("/sign-out", &[]).await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(own.post("/sign-in", &[("email", &email("Ada")), ("password", "a guess")]).await.status);
    }
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
}

#[tokio::test]
async fn no_secret_of_a_device_stands_in_the_database() {
    let world = World::start().await;
    world.account("Ada", Role::Admin).await;
    let own = Person::sign_in(&world.url, &email("Ada")).await;
    let cookies = own.cookies();
    let device = cookies
        .split("; ")
        .find_map(|cookie| cookie.strip_prefix("inquest_device="))
        .expect("the device is remembered")
        .to_string();
    let answer =
        Person::stranger(&world.url).knock("/sign-in", &[("email", &email("Ada")), ("password", PASSWORD)]).await;
    let set = answer
        .headers_of("set-cookie")
        .find(|cookie| cookie.starts_with("inquest_device="))
        .expect("the cookie")
        .to_lowercase();
    assert!(set.contains("httponly") && set.contains("samesite=lax") && set.contains("max-age="), "{set}");
    assert!(!is_kept(&world, &device));
}

/// Whether any file of the instance holds these bytes.
fn is_kept(world: &World, secret: &str) -> bool {
    let files = std::fs::read_dir(world.folder()).expect("the folder").flatten().filter(|entry| entry.path().is_file());
    files
        .map(|entry| std::fs::read(entry.path()).expect("a file"))
        .any(|bytes| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()))
}

#[tokio::test]
async fn no_link_or_token_is_kept_as_it_is() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let page = ada.get("/people").await;
    let page = ada.submit(&page, "invitation", &[("email", "new@example.org"), ("role", "reviewer")]).await;
    let (_, rest) = page.html.split_once("/invite/").expect("the link is shown");
    let link = rest.split('<').next().expect("a token").to_string();
    ada.get("/people").await.says_not("The invitation is ready.");
    let page = ada.get("/account").await;
    let page = ada.submit(&page, "token", &[("name", "alerts"), ("scope", "write")]).await;
    let (_, rest) = page.html.split_once("inq_").expect("the token is shown");
    let token = format!("inq_{}", rest.split('<').next().expect("a token"));
    ada.get("/account").await.says_not("The token is ready.");
    for secret in [link, token] {
        assert!(!is_kept(&world, &secret), "{secret}");
    }
}
