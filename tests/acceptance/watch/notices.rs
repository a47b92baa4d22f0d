//! Who is told of alerts.

use acceptance::World;
use domain::access::Role;

#[tokio::test]
async fn an_admin_says_who_is_told() {
    let world = World::start_stopping("hooks.example.org").await;
    let (ada, vera) = (world.person("Ada", Role::Admin).await, world.person("Vera", Role::Viewer).await);
    assert_eq!(vera.status("/watch/notices").await.0, 403);
    vera.get("/watch").await.says_not("Notices");
    let page = ada.get("/watch/notices").await;
    page.says("By webhook");
    let wrong = [("people:l", "nobody@example.org"), ("per_hour:n", "7")];
    let refused = ada.submit(&page, "notices", &wrong).await;
    refused.has_status(422).says("There is no “nobody@example.org”");
    assert_eq!(refused.form("notices").value("per_hour:n"), "7");
    let key = [("people:l", ""), ("webhook_url", "https://hooks.example.org/a"), ("webhook_secret", "whsec_c2VjcmV0")];
    let refused = ada.submit(&refused, "notices", &key).await;
    refused.has_status(422).says("never the secret itself");
    let right = [("people:l", "ada@example.org"), ("webhook_secret", "INQUEST_SECRET_ALERTS")];
    ada.submit(&refused, "notices", &right).await.has_status(200);
    let page = ada.get("/watch/notices").await;
    let form = page.form("notices");
    assert_eq!((form.value("people:l"), form.value("per_hour:n")), ("ada@example.org".into(), "7".into()));
    assert_eq!(form.value("webhook_url"), "https://hooks.example.org/a");
}
