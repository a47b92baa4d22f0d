//! Spans of agents, as OTLP writes them in protobuf (opentelemetry-proto, trace/v1/trace.proto).

/// An act of an agent.
pub(super) struct Act<'a> {
    /// The name by which it is known.
    pub agent: &'a str,
    /// The tool that it calls.
    pub tool: &'a str,
    /// On what.
    pub path: &'a str,
    /// When, in microseconds since the epoch.
    pub at: i64,
}

/// A request with these acts. `first` numbers the first span, so that no two of one bench are the same.
pub(super) fn request(acts: &[Act<'_>], first: u64) -> Vec<u8> {
    let resource = field(1, &field(1, &pair("service.name", "agents")));
    let mut scope = Vec::new();
    for (number, act) in (first..).zip(acts) {
        scope.extend(field(2, &span(act, number)));
    }
    field(1, &[resource, field(2, &scope)].concat())
}

fn span(act: &Act<'_>, number: u64) -> Vec<u8> {
    let nanoseconds = u64::try_from(act.at).unwrap_or_default() * 1000;
    let mut trace = [1; 16];
    trace[8..].copy_from_slice(&number.to_be_bytes());
    [
        field(1, &trace),
        field(2, &number.to_be_bytes()),
        field(5, format!("execute_tool {}", act.tool).as_bytes()),
        eight(7, nanoseconds),
        eight(8, nanoseconds + 1_000_000),
        field(9, &pair("gen_ai.operation.name", "execute_tool")),
        field(9, &pair("gen_ai.agent.name", act.agent)),
        field(9, &pair("gen_ai.tool.name", act.tool)),
        field(9, &pair("gen_ai.tool.call.arguments", &format!("{{\"path\":\"{}\"}}", act.path))),
    ]
    .concat()
}

fn pair(key: &str, value: &str) -> Vec<u8> {
    [field(1, key.as_bytes()), field(2, &field(1, value.as_bytes()))].concat()
}

fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut written = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 0x80 {
        written.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    written.push(length as u8);
    written.extend_from_slice(bytes);
    written
}

fn eight(number: u8, value: u64) -> Vec<u8> {
    let mut written = vec![number << 3 | 1];
    written.extend_from_slice(&value.to_le_bytes());
    written
}
