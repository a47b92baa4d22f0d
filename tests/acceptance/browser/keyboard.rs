//! The keyboard does it all.

use acceptance::World;
use thirtyfour::Key;

use super::{HALF_TYPED, add_event, rita_at_work};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn single_keys_open_search_move_and_edit() {
    let world = World::start().await;
    let (browser, rita, first) = rita_at_work(&world).await;
    let second = add_event(&rita, "2026-03-18 18:00 UTC", "Asker", "the second").await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.press("n").await;
    assert_eq!(browser.focus().await, "add-event-time");
    assert_eq!(browser.value("#add-event-time").await, "", "the key is not typed");
    browser.press("now / n j ?").await;
    assert_eq!(browser.value("#add-event-time").await, "now / n j ?", "in a field, keys are text");
    browser.press(Key::Escape + "").await;
    assert_eq!(browser.focus().await, "BODY");
    assert_eq!(browser.value("#add-event-time").await, "now / n j ?", "Escape keeps the text");
    browser.press("j").await;
    assert_eq!(browser.focus().await, format!("event-{first}"));
    browser.press("jjj").await;
    assert_eq!(browser.focus().await, format!("event-{second}"), "j stops at the last");
    browser.press("k").await;
    assert_eq!(browser.focus().await, format!("event-{first}"));
    browser.press("/").await;
    assert_eq!((browser.focus().await, browser.value("#find").await), ("find".into(), String::new()));
    browser.press(Key::Escape + "").await;
    browser.press("jje").await;
    browser.until("the second is open", &format!("location.search.includes('edit={second}')")).await;
    browser.awake().await;
    browser.js("document.querySelector('#edit-event-body').focus()").await;
    browser.press(HALF_TYPED).await;
    browser.press(Key::Escape + "").await;
    assert!(browser.value("#edit-event-body").await.contains(HALF_TYPED));
    browser.press("?").await;
    browser.until("the help is open", "location.pathname === '/help'").await;
    browser.says("j").await;
}

/// The order of the tab key: content first when asked, everything reachable, nothing a trap.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tab_key_reaches_everything_and_what_it_reaches_is_seen() {
    let world = World::start().await;
    let (browser, _, _) = rita_at_work(&world).await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.press(Key::Tab + "").await;
    assert_eq!(browser.js("document.activeElement.className").await, "skip");
    browser.press(Key::Enter + "").await;
    assert_eq!(browser.place().await, "/incidents/INC-1/timeline#main");
    browser.go("/incidents/INC-1/timeline").await;
    let reachable = "[...document.querySelectorAll('a[href],button,summary,input:not([type=hidden]),select,textarea')].filter((element) => element.checkVisibility()).length";
    let reachable = browser.js(reachable).await.as_u64().expect("a number");
    let seen = "(() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; })()";
    let mut reached = 0;
    for _ in 0..reachable + 5 {
        browser.press(Key::Tab + "").await;
        if browser.focus().await == "BODY" {
            break;
        }
        reached += 1;
        let what = browser.js("document.activeElement.outerHTML.slice(0, 120)").await;
        assert_eq!(browser.js(seen).await, true, "nobody sees where the focus is: {what}");
    }
    assert_eq!(reached, reachable);
}
