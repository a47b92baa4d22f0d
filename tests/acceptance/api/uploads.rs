//! Uploads that go on after a broken line.

use acceptance::{Case, Program, World};
use domain::access::Role;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");

/// Begins an upload; answers its path below the API.
async fn begin(program: &Program, case: &Case, length: usize, metadata: &str) -> String {
    let request = program.request("POST", &case.at("uploads")).header(TUS.0, TUS.1);
    let request = request.header("upload-length", length.to_string()).header("upload-metadata", metadata);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 201, "{answer:?}");
    assert!(answer.headers().contains_key("upload-expires"));
    let location = answer.headers()["location"].to_str().expect("text").to_string();
    location.strip_prefix("/api/v1").expect("below the API").to_string()
}

/// Sends bytes from an offset on: the status, and the headers named.
async fn send(program: &Program, path: &str, offset: usize, bytes: &[u8]) -> (u16, String, String) {
    let request = program.request("PATCH", path).header(TUS.0, TUS.1).header("upload-offset", offset.to_string());
    let request = request.header("content-type", "application/offset+octet-stream").body(bytes.to_vec());
    let answer = request.send().await.expect("an answer");
    let header = |name: &str| answer.headers().get(name).map_or("", |value| value.to_str().expect("text")).to_string();
    (answer.status().as_u16(), header("upload-offset"), header("inquest-evidence"))
}

async fn offset(program: &Program, path: &str) -> String {
    let answer = program.request("HEAD", path).header(TUS.0, TUS.1).send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()["cache-control"].as_bytes()), (200, &b"no-store"[..]));
    answer.headers()["upload-offset"].to_str().expect("text").to_string()
}

/// What lies in the folder of pieces.
fn pieces(world: &World) -> usize {
    let folders = std::fs::read_dir(world.folder().join("evidence/partial")).into_iter().flatten().flatten();
    folders.map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().count()).sum()
}

#[tokio::test]
async fn a_file_in_pieces_becomes_the_same_evidence() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let line = "2026-03-18T17:00:00Z,ada,reads\n";
    let bytes = format!("time,user,action\n{}", line.repeat(100_000)).into_bytes();
    // “log.csv” and “csv”.
    let path = begin(&case.rita, &case, bytes.len(), "filename bG9nLmNzdg==,format Y3N2").await;
    let middle = 1_700_001;
    assert_eq!(send(&case.rita, &path, 0, &bytes[..middle]).await, (204, middle.to_string(), String::new()));
    assert_eq!(offset(&case.rita, &path).await, middle.to_string());
    let listed = case.rita.ok("GET", &case.at("uploads"), Value::Null).await;
    assert_eq!((&listed["items"][0]["name"], &listed["items"][0]["received"]), (&json!("log.csv"), &json!(middle)));
    // From elsewhere it does not go on, and whoever is mistaken is told where it stands.
    assert_eq!(send(&case.rita, &path, 5, &bytes[5..50]).await.0, 409);
    let (status, end, evidence) = send(&case.rita, &path, middle, &bytes[middle..]).await;
    assert_eq!((status, end), (204, bytes.len().to_string()));
    let item = case.rita.ok("GET", &case.at(&format!("evidence/{evidence}")), Value::Null).await;
    assert_eq!((&item["name"], &item["bytes"]), (&json!("log.csv"), &json!(bytes.len())));
    let content = case.rita.request("GET", &case.at(&format!("evidence/{evidence}/content"))).send().await;
    assert!(content.expect("an answer").bytes().await.expect("the bytes") == bytes);
    assert_eq!(pieces(&world), 0, "the pieces are gone");
    // The answer was lost: asked again, it is the same item.
    assert_eq!(send(&case.rita, &path, bytes.len(), b"").await.2, evidence);
}

#[tokio::test]
async fn what_came_before_a_line_broke_is_kept() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let bytes: Vec<u8> = (0..5_000_000u32).map(|number| b'a' + (number % 23) as u8).collect();
    let path = begin(&case.rita, &case, bytes.len(), "filename YS50eHQ=,format bm9uZQ==").await;
    let address = world.url.strip_prefix("http://").expect("an address").to_string();
    let mut line = tokio::net::TcpStream::connect(&address).await.expect("a line");
    let request = case.rita.request("GET", "/incidents").build().expect("a request");
    let token = request.headers()["authorization"].to_str().expect("text").to_string();
    let head = format!(
        "PATCH /api/v1{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: {token}\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\ncontent-type: application/offset+octet-stream\r\ncontent-length: {}\r\n\r\n",
        bytes.len()
    );
    line.write_all(head.as_bytes()).await.expect("sent");
    line.write_all(&bytes[..3_000_000]).await.expect("sent");
    // Everything that was sent arrives before the end of the line does.
    line.shutdown().await.expect("sent");
    let mut came = 0;
    for _ in 0..100 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        came = offset(&case.rita, &path).await.parse::<usize>().expect("a number");
        if came == 3_000_000 {
            break;
        }
    }
    assert_eq!(came, 3_000_000, "also what was less than a whole piece is kept");
    let (status, _, evidence) = send(&case.rita, &path, came, &bytes[came..]).await;
    assert_eq!(status, 204);
    let content = case.rita.request("GET", &case.at(&format!("evidence/{evidence}/content"))).send().await;
    assert!(content.expect("an answer").bytes().await.expect("the bytes") == bytes);
}

#[tokio::test]
async fn an_upload_that_is_refused_at_its_end_does_not_look_whole() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let item = case.rita.upload(&case.key, "w.log", b"withdrawn once".to_vec()).await;
    let standing = case.at(&format!("evidence/{}/status", item["id"].as_str().expect("an id")));
    case.rita.ok("POST", &standing, json!({ "status": "withdrawn", "reason": "wrong host" })).await;
    // “w.log”.
    let path = begin(&case.rita, &case, 14, "filename dy5sb2c=,format bm9uZQ==").await;
    assert_eq!(send(&case.rita, &path, 0, b"withdrawn").await.0, 204);
    for _ in 0..2 {
        let refused = last_part(&case.rita, &path, 9, b" once").await;
        assert!(refused.0 == 409 && refused.1.contains("wrong host"), "{refused:?}");
        // Whoever asks is told to send the end again, and hears the sentence again.
        assert_eq!(offset(&case.rita, &path).await, "9");
        let listed = case.rita.ok("GET", &case.at("uploads"), Value::Null).await;
        assert_eq!(listed["items"][0]["received"], json!(9));
    }
    let other = last_part(&case.rita, &path, 9, b" oops").await;
    assert!(other.0 == 422 && other.1.contains("other bytes"), "{other:?}");
    // The cause goes away: the same bytes, in parts as short as anybody likes, become evidence.
    case.rita.ok("POST", &standing, json!({ "status": "intact", "reason": "the right one after all" })).await;
    assert_eq!(send(&case.rita, &path, 9, b" on").await, (204, "12".into(), String::new()));
    let (status, end, evidence) = send(&case.rita, &path, 12, b"ce").await;
    assert_eq!((status, end.as_str(), json!(evidence)), (204, "14", item["id"].clone()));
    assert_eq!((offset(&case.rita, &path).await.as_str(), pieces(&world)), ("14", 0));
    // An empty one that is refused leaves nothing that could be asked for.
    let empty = case.rita.upload(&case.key, "w.log", Vec::new()).await;
    let standing = case.at(&format!("evidence/{}/status", empty["id"].as_str().expect("an id")));
    case.rita.ok("POST", &standing, json!({ "status": "withdrawn", "reason": "wrong host" })).await;
    let request = case.rita.request("POST", &case.at("uploads")).header(TUS.0, TUS.1).header("upload-length", "0");
    let request = request.header("upload-metadata", "filename dy5sb2c=,format bm9uZQ==");
    assert_eq!(request.send().await.expect("an answer").status(), 409);
    let listed = case.rita.ok("GET", &case.at("uploads"), Value::Null).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
}

/// Sends what is left: the status, and what the answer says.
async fn last_part(program: &Program, path: &str, offset: usize, bytes: &[u8]) -> (u16, String) {
    let request = program.request("PATCH", path).header(TUS.0, TUS.1).header("upload-offset", offset.to_string());
    let request = request.header("content-type", "application/offset+octet-stream").body(bytes.to_vec());
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

#[tokio::test]
async fn uploads_are_bounded_and_nobody_elses() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let path = begin(&case.rita, &case, 10, "filename YS50eHQ=").await;
    let other = world.program("Otto", Role::Responder, None).await;
    assert_eq!(send(&other, &path, 0, b"0123456789").await.0, 404);
    for (name, value, status) in [
        ("upload-length", "ten", 400),
        ("upload-length", "99999999999999", 413),
        ("upload-metadata", "filename !", 422),
        ("tus-resumable", "0.9", 412),
    ] {
        let fields = [("tus-resumable", "1.0.0"), ("upload-length", "10"), ("upload-metadata", "filename YS50eHQ=")];
        let request = fields
            .iter()
            .filter(|field| field.0 != name)
            .fold(case.rita.request("POST", &case.at("uploads")).header(name, value), |request, (name, value)| {
                request.header(*name, *value)
            });
        assert_eq!(request.send().await.expect("an answer").status(), status, "{name}: {value}");
    }
    assert_eq!(send(&case.rita, &path, 0, b"01234567890123").await.0, 422, "more than it was said to have");
    let gone = case.rita.request("DELETE", &path).header(TUS.0, TUS.1).send().await.expect("an answer");
    assert_eq!((gone.status().as_u16(), pieces(&world)), (204, 0));
    for _ in 0..16 {
        begin(&case.rita, &case, 1 << 20, "filename YS50eHQ=").await;
    }
    let request = case.rita.request("POST", &case.at("uploads")).header(TUS.0, TUS.1).header("upload-length", "1");
    assert_eq!(request.send().await.expect("an answer").status(), 429);
    let options = case.rita.request("OPTIONS", &case.at("uploads")).send().await.expect("an answer");
    assert_eq!(options.headers()["tus-extension"], "creation,termination,expiration");
    // An empty file is whole as it is begun.
    let request = other.request("POST", &case.at("uploads")).header(TUS.0, TUS.1).header("upload-length", "0");
    assert!(request.send().await.expect("an answer").headers().contains_key("inquest-evidence"));
}
