//! The lines to paste into what agents already send.

use leptos::prelude::*;

/// What is set up, and the lines for it.
pub(super) fn all(address: &str, source: &str, token: &str) -> impl IntoView + use<> {
    let collector = format!(
        "exporters:\n  otlphttp/inquest:\n    endpoint: {address}\n    headers: {{ Authorization: \"Bearer {token}\" }}"
    );
    let claude = format!(
        "export CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\nexport OTEL_EXPORTER_OTLP_ENDPOINT={address}\nexport OTEL_EXPORTER_OTLP_HEADERS=\"Authorization=Bearer {token}\""
    );
    let codex = format!(
        "[otel]\nexporter = {{ otlp-http = {{ endpoint = \"{address}/v1/logs\", protocol = \"binary\",\n  headers = {{ \"Authorization\" = \"Bearer {token}\" }} }} }}"
    );
    let lines = format!(
        "curl --data-binary @records.jsonl -H 'Content-Type: application/x-ndjson' \\\n  -H 'Authorization: Bearer {token}' {address}/api/v1/sources/{source}/records"
    );
    let follow = format!(
        "INQUEST_SOURCE_TOKEN={token} inquest follow /var/log/agent.jsonl \\\n  --source {address}/api/v1/sources/{source}"
    );
    let one = |title: &'static str, text: String| {
        view! { <h3>{title}</h3><pre tabindex="0" role="region" aria-label=title><code>{text}</code></pre> }
    };
    view! {
        <section class="card">
            <header><h2>"What to paste"</h2></header>
            {one("OpenTelemetry Collector", collector)}
            {one("Claude Code", claude)}
            {one("Codex (config.toml)", codex)}
            {one("Lines of any log that Inquest reads", lines)}
            {one("A file that grows", follow)}
        </section>
    }
}
