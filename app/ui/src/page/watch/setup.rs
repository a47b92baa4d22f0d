//! The lines to paste into what agents already send.

use leptos::prelude::*;

/// What is set up, and the lines for it.
pub(super) fn all(address: &str, token: &str) -> impl IntoView + use<> {
    let collector = format!(
        "exporters:\n  otlphttp/inquest:\n    endpoint: {address}\n    headers: {{ Authorization: \"Bearer {token}\" }}"
    );
    let claude = format!(
        "export CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\nexport OTEL_EXPORTER_OTLP_ENDPOINT={address}\nexport OTEL_EXPORTER_OTLP_HEADERS=\"Authorization=Bearer {token}\""
    );
    let codex = format!(
        "[otel]\nexporter = {{ otlp-http = {{ endpoint = \"{address}/v1/logs\", protocol = \"binary\",\n  headers = {{ \"Authorization\" = \"Bearer {token}\" }} }} }}"
    );
    let lines = format!("inquest follow agent.jsonl --source SOURCE --url {address} --token {token}");
    let one = |title: &'static str, text: String| {
        view! { <h3>{title}</h3><div class="scroll" tabindex="0" role="region" aria-label=title><pre><code>{text}</code></pre></div> }
    };
    view! {
        <section class="card">
            <header><h2>"What to paste"</h2></header>
            {one("OpenTelemetry Collector", collector)}
            {one("Claude Code", claude)}
            {one("Codex (config.toml)", codex)}
            {one("A file that grows", lines)}
        </section>
    }
}
