//! A million CloudTrail-shaped lines over HTTP into a server of its own: how fast, how much memory, and how quick its
//! records are to look through. Beside it, what `sha256sum`, `gzip -1` and DuckDB take for the same file on the same machine.
//!
//! `ingest BINARY [LINES]`

use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use acceptance::binary::Serving;
use acceptance::{Binary, Program};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

const LINES: usize = 1_000_000;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let program: &'static str = arguments.next().expect("the binary to measure, as the first argument").leak();
    let lines = arguments.next().map_or(LINES, |lines| lines.parse().expect("a number of lines"));
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("trail.jsonl");
    let bytes = generate(&file, lines);
    println!("{lines} lines, {:.0} MB", bytes as f64 / 1e6);

    let binary = Binary::new(program);
    binary.add_user("ada@example.org", "Ada", "admin").await;
    let made =
        binary.run(&["token", "create", "--user", "ada@example.org", "--name", "bench", "--scope", "admin"]).await;
    let token = made.well().split_whitespace().last().expect("a token").to_string();
    let server = binary.serve().await;
    let api = Program::new(&server.url, &token);
    let incident = api.ok("POST", "/incidents", json!({"title": "A million records"})).await;
    let key = incident["key"].as_str().expect("a key").to_string();

    let begun = Instant::now();
    let evidence = upload(&server.url, &token, &key, &file, bytes).await;
    let uploaded = begun.elapsed();
    let id = evidence["id"].as_str().expect("an id").to_string();
    let reading = read(&api, &key, &id).await;
    let total = begun.elapsed();
    assert_eq!(reading["records"].as_u64(), Some(lines as u64), "{}", reading["state"]);
    println!(
        "ingest: {:.2} s (upload answered after {:.2} s), {:.0} records/s, {:.0} MB/s, peak memory {} MB",
        total.as_secs_f64(),
        uploaded.as_secs_f64(),
        lines as f64 / total.as_secs_f64(),
        bytes as f64 / 1e6 / total.as_secs_f64(),
        peak_megabytes(&server)
    );
    for (program, arguments) in [("sha256sum", vec![]), ("gzip", vec!["-1", "-c"])] {
        let took = time(program, &arguments, &file).await;
        println!(
            "{program} {}: {:.2} s, {:.0} MB/s",
            arguments.join(" "),
            took.as_secs_f64(),
            bytes as f64 / 1e6 / took.as_secs_f64()
        );
    }
    println!("{}", duckdb(&file, &folder.path().join("trail.duckdb")).await);
    for (what, query) in [
        ("first page", ""),
        ("one verb", "verb=grant"),
        ("denied, one actor", "outcome=denied&actor=session-97"),
        ("an hour", "from=2026-03-18T05:00:00Z&to=2026-03-18T06:00:00Z"),
        ("a resource", "resource=file-77777"),
        ("a text that occurs once", "q=id-100777777"),
        ("a text that occurs nowhere", "q=nowhere-at-all"),
        ("a text of the raw record alone", "q=AROAEXAMPLE777777:session"),
        ("a text that many raw records have", "q=/user-7"),
    ] {
        look(&api, &key, &id, what, query).await;
    }
    println!("peak memory in the end {} MB", peak_megabytes(&server));
    assert_eq!(server.terminate(Duration::from_secs(20)).await, 0);
}

/// Writes the file; answers its size.
fn generate(path: &Path, lines: usize) -> u64 {
    let mut file = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(path).expect("a file"));
    for n in 0..lines {
        let (name, source) = match n {
            n if n % 50_000 == 0 => ("AttachRolePolicy", "iam"),
            n if n % 7 == 0 => ("ListObjects", "s3"),
            n if n % 11 == 0 => ("PutObject", "s3"),
            _ => ("GetObject", "s3"),
        };
        let error = if n % 97 == 0 { r#","errorCode":"AccessDenied","errorMessage":"Access Denied""# } else { "" };
        let millis = n * 86_400_000 / lines;
        let (hour, minute, second) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
        writeln!(
            file,
            r#"{{"eventVersion":"1.08","userIdentity":{{"type":"AssumedRole","principalId":"AROAEXAMPLE{n}:session-{session}","arn":"arn:aws:sts::123456789012:assumed-role/user-{user}/session-{session}","accountId":"123456789012","sessionContext":{{"sessionIssuer":{{"type":"Role","arn":"arn:aws:iam::123456789012:role/user-{user}","userName":"user-{user}"}}}}}},"eventTime":"2026-03-18T{hour:02}:{minute:02}:{second:02}Z","eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"10.{a}.{b}.7","userAgent":"aws-sdk-rust/1.4","requestParameters":{{"bucketName":"bucket-{bucket}","key":"path/file-{object}"}},"eventID":"id-{id}"{error},"readOnly":{read},"managementEvent":false}}"#,
            read = name.starts_with("Get") || name.starts_with("List"),
            session = n % 1009,
            user = n % 23,
            a = n % 5,
            b = n % 251,
            bucket = n % 13,
            object = n * 7919 % 99_991,
            id = 100_000_000 + n,
        )
        .expect("written");
    }
    file.into_inner().expect("flushed").metadata().expect("a size").len()
}

/// Sends the file as it lies on the disk.
async fn upload(url: &str, token: &str, key: &str, file: &Path, bytes: u64) -> Value {
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let head = format!(
        "POST /api/v1/incidents/{key}/evidence?name=trail.jsonl HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Length: {bytes}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut file = tokio::fs::File::open(file).await.expect("the file");
    let mut buffer = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut buffer).await.expect("read");
        if length == 0 {
            break;
        }
        stream.write_all(&buffer[..length]).await.expect("sent");
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 201"), "{answer}");
    let start = body.find('{').expect("JSON");
    let end = body.rfind('}').expect("JSON");
    serde_json::from_str(&body[start..=end]).expect("JSON")
}

/// Waits until the records are there.
async fn read(api: &Program, key: &str, id: &str) -> Value {
    loop {
        let reading = api.ok("GET", &format!("/incidents/{key}/evidence/{id}/reading"), Value::Null).await;
        if reading["state"] != "reading" {
            return reading;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn look(api: &Program, key: &str, id: &str, what: &str, query: &str) {
    let path = format!("/incidents/{key}/evidence/{id}/records?limit=100&{query}");
    let (mut times, mut total) = (Vec::new(), Value::Null);
    for _ in 0..7 {
        let begun = Instant::now();
        let page = api.ok("GET", &path, Value::Null).await;
        times.push(begun.elapsed());
        total = page["total"].clone();
    }
    let first = times[0];
    times.sort();
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("records, {what}: {total} match, first {:.0} ms, median {:.0} ms", millis(first), millis(times[3]));
}

/// What DuckDB takes to keep the same lines, where Python's `duckdb` is installed.
async fn duckdb(file: &Path, database: &Path) -> String {
    let ran = Command::new("python3").args(["-c", include_str!("duckdb.py")]).args([file, database]).output().await;
    match ran {
        Ok(ran) if ran.status.success() => String::from_utf8_lossy(&ran.stdout).trim().to_string(),
        _ => "DuckDB is not here: `python3 -m pip install duckdb` installs it, to compare.".into(),
    }
}

async fn time(program: &str, arguments: &[&str], file: &Path) -> Duration {
    let begun = Instant::now();
    let status =
        Command::new(program).args(arguments).arg(file).stdout(Stdio::null()).status().await.expect("the program runs");
    assert!(status.success());
    begun.elapsed()
}

/// The most memory the server ever held, as Linux tells.
fn peak_megabytes(server: &Serving) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().map_or(0, |kilobytes| kilobytes / 1000)
}
