//! The second half of the story: what was exposed, who looked, what is mended, and what is published.

use acceptance::{Page, Person};

use super::{fill, on};

pub async fn expose(rita: &Person) {
    on(rita, "evidence").await.form("upload");
    let page = rita.upload("INC-1", "gateway.jsonl", "{\"line\":1}\n{\"line\":2}\n").await;
    page.has_status(200).says("gateway.jsonl").says("the gateway");
    let page = on(rita, "evidence").await;
    rita.press(&page, "Verify hash: gateway.jsonl").await.has_status(200).says("Intact");
    let item = on(rita, "exposure").await.form("window").last_choice("start_evidence[]");
    let page = fill(
        rita,
        "exposure",
        "window",
        &[
            ("start", "18 March 2026 17:00 UTC"),
            ("end", "18 March 2026 19:00 UTC"),
            ("start_evidence[]", &item),
            ("end_evidence[]", &item),
        ],
    )
    .await;
    page.says("2 h");
    fill(
        rita,
        "exposure",
        "resource",
        &[("id", "repo-a"), ("class", "restricted"), ("paths.0.op", "read"), ("paths.0.channel", "api")],
    )
    .await
    .says("repo-a");
    fill(
        rita,
        "exposure",
        "way-repo-a",
        &[("op", "read"), ("channel", "ui"), ("status", "impossible"), ("justification", "It has no pages.")],
    )
    .await
    .says("It has no pages.");
    fill(rita, "exposure", "exposed", &[("names:l", "all engineers"), ("count:n", "120")]).await.says("all engineers");
    fill(rita, "exposure", "whole-resources", &[("basis", "the list of repositories of that day")]).await;
    fill(rita, "exposure", "whole-principals", &[("basis", "the directory of that day")])
        .await
        .says("whole, says Rita");
    let cell = on(rita, "exposure").await.form("cover").last_choice("cell");
    let page = fill(
        rita,
        "exposure",
        "cover",
        &[
            ("evidence", &item),
            ("cell", &cell),
            ("mode", "all"),
            ("completeness", "digest_chain"),
            ("gaps.0.from", "18 March 2026 18:00 UTC"),
            ("gaps.0.to", "18 March 2026 18:10 UTC"),
            ("gaps.0.reason", "rotation"),
        ],
    )
    .await;
    page.says("rotation");
    on(rita, "verdict").await.says("Undetermined").says("cannot be determined");
}

pub async fn review(reviewers: &[&Person]) {
    for reviewer in reviewers {
        let item = on(reviewer, "exposure").await.form("review").last_choice("evidence");
        let page = fill(
            reviewer,
            "exposure",
            "review",
            &[
                ("evidence", &item),
                ("method", "full"),
                ("depth", "content"),
                ("outcome", "authorised_only"),
                ("query", "every read of repo-a"),
            ],
        )
        .await;
        page.says("every read of repo-a");
    }
    let page = on(reviewers[0], "verdict").await;
    page.says("No evidence of harm").says("91.7 %").says("Absence of evidence is not evidence of absence.").says("G5");
}

pub async fn mend(rita: &Person, grace: &Person) {
    for control in ["authorization", "human_trust", "detection_delay"] {
        let page = on(rita, &format!("gaps?control={control}")).await;
        let page =
            rita.submit(&page, "add-gap", &[("state", "absent"), ("statement", "Nothing stood in the way.")]).await;
        page.has_status(200);
    }
    let page = on(rita, "remediation").await;
    let form = page.form("add-remediation");
    let gaps: Vec<String> = ["Authorization", "Human trust", "Detection delay"]
        .iter()
        .enumerate()
        .map(|(place, _)| form.choice_at("gaps[]", place))
        .collect();
    let mut fields = vec![
        ("title", "Let the agent draft, and a person post"),
        ("kind", "prevent"),
        ("enforcement", "hard"),
        ("owner", "Rita"),
        ("due", "24 December 2026"),
    ];
    fields.extend(gaps.iter().map(|gap| ("gaps[]", gap.as_str())));
    rita.submit(&page, "add-remediation", &fields)
        .await
        .has_status(200)
        .says("Let the agent draft")
        .says("24 December 2026");
    let page = on(rita, "remediation").await;
    rita.press(&page, "Mark as done: Let the agent draft, and a person post").await.has_status(200).says("done");
    let page = on(rita, "remediation").await;
    let refused = rita.submit(&page, &verify_form(&page), &[("completion", "I tried it.")]).await;
    refused.has_status(403).says("The owner of an item cannot verify it");
    let page = on(grace, "remediation").await;
    grace
        .submit(&page, &verify_form(&page), &[("completion", "I asked it to post, and it could not.")])
        .await
        .has_status(200)
        .says("Verified by Grace");
    rita.get("/remediation").await.says("Let the agent draft");
}

fn verify_form(page: &Page) -> String {
    let (_, rest) = page.html.split_once("id=\"verify-").expect("the form to verify");
    format!("verify-{}", rest.split('"').next().unwrap_or_default())
}

pub async fn publish(rita: &Person, grace: &Person) {
    for section in ["summary", "review_bypassed", "testing_bypassed"] {
        let page = on(rita, &format!("postmortem?edit={section}")).await;
        let form = page.form_to(&format!("/sections/{section}"));
        rita.submit(&page, &form.id, &[("body", "Nobody stood between the agent and the forum.")])
            .await
            .has_status(200)
            .says("Nobody stood between");
    }
    let step = async |person: &Person, action: &str| {
        let page = on(person, "postmortem").await;
        person.submit(&page, &page.form_to(&format!("/postmortem/{action}")).id, &[]).await
    };
    step(rita, "submit").await.has_status(200).says("in review");
    step(grace, "approve").await.has_status(200).says("approved");
    step(rita, "publish").await.has_status(200).says("published");
    let page = on(rita, "postmortem").await;
    assert!(page.html.contains("/incidents/INC-1/export?"), "the page links to the exports");
    let export = rita.get("/incidents/INC-1/export?format=md").await;
    assert!(export.html.starts_with("# INC-1: Agent answered in public, unasked"), "{}", export.html);
    on(rita, "history").await.says("Rita").says("Grace");
}
