//! Entries into the exposure.

use serde_json::{Value, json};

use super::{PathDraft, ResourceDraft};
use crate::cast::Story;
use crate::{Id, Refusal};

fn put(story: &mut Story, path: Value) -> Result<Id, Refusal> {
    let draft: PathDraft = serde_json::from_value(path).unwrap();
    story.enter("Ada", |entry| entry.put_path(&Id::new("repo-a"), draft))
}

/// The access paths, as `id: op, status`.
fn ways(story: &Story) -> Vec<String> {
    let exposure = story.dossier.exposure();
    let paths = exposure.resources[0].paths.iter();
    paths.map(|path| format!("{}: {}, {}", path.id, path.op.word(), path.status.word())).collect()
}

#[test]
fn a_way_in_that_is_added_takes_the_place_of_none() {
    let mut story = Story::new();
    let resource: ResourceDraft = serde_json::from_value(json!({ "id": "repo-a", "class": "internal" })).unwrap();
    story.enter("Ada", |entry| entry.put_resource(resource, None)).unwrap();
    let closed = json!({ "op": "read", "channel": "ui", "status": "impossible", "justification": "It has no pages." });
    assert_eq!(put(&mut story, closed.clone()), Ok(Id::new("ui-read")));
    // One that says something else and has no name of its own would replace it, and the reason with it.
    let open = json!({ "op": "read", "channel": "ui" });
    let refusal = put(&mut story, open.clone()).unwrap_err();
    assert_eq!(refusal.field.as_deref(), Some("id"));
    assert_eq!(ways(&story), ["ui-read: read, impossible"]);
    assert_eq!(put(&mut story, closed), Ok(Id::new("ui-read")), "the same is the same");
    // By its name it is meant, also where the name is typed with blanks; another name is another access path.
    let named = |id: &str| {
        let mut named = open.clone();
        named["id"] = json!(id);
        named
    };
    assert_eq!(put(&mut story, named("second")), Ok(Id::new("second")));
    assert_eq!(put(&mut story, named(" ui-read ")), Ok(Id::new("ui-read")));
    assert_eq!(ways(&story), ["ui-read: read, open", "second: read, open"]);
    assert!(put(&mut story, named(" ")).is_ok_and(|id| id.as_str() == "ui-read"), "a blank name is none");
}
