//! One table of what is looked for and where it is found: the same answers on both databases, in incidents and in
//! records of logs.

use bytes::Bytes;
use domain::reader::log::Filter as RecordFilter;
use serde_json::json;
use store::{Description, Filter};

use crate::world::{World, ada, vera};

on_both_engines!(everything_is_found_as_people_look_for_it);

/// Texts; the first is document 1.
const DOCUMENTS: [&str; 30] = [
    "Der Café-Server in Zürich fiel aus",
    "Cafe\u{301} ze\u{301}ro",
    "İstanbul ve Iğdır ışığı, Diyarbakır",
    "Die Straße nach Gießen",
    "大阪支店の障害報告",
    "ระบบล่มทั้งหมด",
    "The 🔥 spread, then 👩\u{200d}🚒 came",
    "Отказ сервера Ёлка",
    "Ο ΟΔΥΣΣΕΥΣ και ο Οδυσσεύς",
    "Ｆｕｌｌ　ｗｉｄｔｈ ＡＢＣ１２３",
    "the ﬁrewall ﬂapped",
    "back-only re-enabled forum_desk",
    "arn:aws:iam::123456789012:role/ops-desk",
    "mail from jane.roe@example.org",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "नमस्ते दुनिया",
    "naïve coöperation, Đorđe, Łódź, Ærø, œuvre",
    "مَرْحَبًا",
    "שָׁלוֹם",
    "version 1.2.3 of libssl3",
    "서버장애",
    "佐々木〆切を過ぎて二〇二六年に",
    "ꦕꦫꦏꦤ꧀ꦢꦶꦒꦮꦺ",
    "བོད་ཡིག་གིས་འཁྲུལ",
    "ㄅㄆㄇㄈ音が出ない",
    "ကွန်ပျူတာပျက်သည်",
    "ເຊີບເວີລົ້ມເຫຼວ",
    "ម៉ាស៊ីនមេខូច",
    "ｻｰﾊﾞｰが停止",
    "東京の京都支社",
];

/// What is looked for, and in which documents it is.
const FOUND: [(&str, &[u64]); 81] = [
    ("café", &[1, 2]),
    ("CAFE", &[1, 2]),
    ("Cafe\u{301}", &[1, 2]),
    ("zurich", &[1]),
    ("ZU\u{308}RICH", &[1]),
    ("zéro", &[2]),
    ("istanbul", &[3]),
    ("İSTANBUL", &[3]),
    ("I\u{307}stanbul", &[3]),
    ("ISTANBUL", &[3]),
    ("ıstanbul", &[3]),
    ("ışığı", &[3]),
    ("IŞIĞI", &[3]),
    ("isigi", &[3]),
    ("DİYARBAKIR", &[3]),
    ("strasse", &[4]),
    ("STRASSE", &[4]),
    ("straße", &[4]),
    ("STRAẞE", &[4]),
    ("giessen", &[4]),
    ("大阪", &[5]),
    ("阪支店", &[5]),
    ("障害", &[5]),
    ("店", &[5]),
    ("告", &[5]),
    ("東京", &[30]),
    ("ระบบ", &[6]),
    ("ทั้งหมด", &[6]),
    ("ล่ม", &[6]),
    ("🔥", &[7]),
    ("👩\u{200d}🚒", &[7]),
    ("🎉", &[]),
    ("отказ", &[8]),
    ("ОТКАЗ", &[8]),
    ("елка", &[8]),
    ("οδυσσευς", &[9]),
    ("ΟΔΥΣΣΕΥΣ", &[9]),
    ("οδυσσεύσ", &[9]),
    ("full", &[10]),
    ("abc123", &[10]),
    ("ＡＢＣ", &[10]),
    ("firewall", &[11]),
    ("ﬁrewall", &[11]),
    ("flapped", &[11]),
    ("back-only", &[12]),
    ("re-enabled", &[12]),
    ("forum_desk", &[12]),
    ("desk", &[12, 13]),
    ("arn:aws:iam::123456789012:role/ops-desk", &[13]),
    ("123456789012", &[13]),
    ("jane.roe@example.org", &[14]),
    ("JANE.ROE", &[14]),
    ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", &[15]),
    ("9F86D081", &[15]),
    ("नमस्ते", &[16]),
    ("lodz", &[17]),
    ("ærø", &[17]),
    ("dorde", &[17]),
    ("oeuvre", &[17]),
    ("مرحبا", &[18]),
    ("שלום", &[19]),
    ("장애", &[21]),
    ("々木", &[22]),
    ("木〆", &[22]),
    ("〇二六", &[22]),
    ("木々佐", &[]),
    ("ꦏꦤ꧀ꦢꦶ", &[23]),
    ("ꦫꦏ", &[23]),
    ("ཁྲུལ", &[24]),
    ("ཡིག", &[24]),
    ("ㄆㄇ", &[25]),
    ("出ない", &[25]),
    ("ပျူတာ", &[26]),
    ("ပျက်", &[26]),
    ("ເວີລົ້ມ", &[27]),
    ("ស៊ីនមេ", &[28]),
    ("サーバー", &[29]),
    ("ーバー", &[29]),
    ("停止", &[29]),
    ("京の京", &[30]),
    ("東京都", &[]),
];

/// What is found in incidents alone, whose words are looked for one by one; a record is looked through letter by letter.
const IN_INCIDENTS: [(&str, &[u64]); 6] = [
    ("zürich café", &[1]),
    ("forum-desk", &[12]),
    ("障害 大阪", &[5]),
    ("INC-14", &[14]),
    ("inc14", &[14]),
    ("zurich sao", &[]),
];

/// And in records alone.
const IN_RECORDS: [(&str, &[u64]); 3] = [("ürich f", &[1]), ("iam::1234", &[13]), ("1.2.3 of", &[20])];

async fn everything_is_found_as_people_look_for_it(world: World) {
    for document in DOCUMENTS {
        world.incident(json!({ "title": "A thing", "summary": document })).await;
    }
    let mut wrong = Vec::new();
    for (asked, expected) in FOUND.iter().chain(&IN_INCIDENTS) {
        let filter = Filter { q: Some((*asked).into()), ..Filter::default() };
        let page = world.store.incidents(&vera(), &filter, None, 50).await.unwrap();
        let mut found: Vec<u64> = page.items.iter().map(|card| card.key.0.unsigned_abs()).collect();
        found.sort_unstable();
        if found != *expected {
            wrong.push(format!("incidents, {asked}: {found:?} instead of {expected:?}"));
        }
    }
    let key = world.incident(json!({})).await;
    let lines = DOCUMENTS.iter().map(|text| {
        format!("{}\n", json!({ "time": "2026-03-18T17:00:00Z", "actor": "zz", "action": "op", "message": text }))
    });
    let described = Description { name: "log.jsonl".into(), ..Description::default() };
    let mut upload = world.store.begin_evidence(&ada(), key, described).await.unwrap();
    upload.write(Bytes::from(lines.collect::<String>())).await.unwrap();
    let (id, dossier) = upload.finish().await.unwrap();
    let sha256 = dossier.evidence.get(&id).unwrap().sha256.clone();
    let by_digest = Filter { q: Some(sha256), ..Filter::default() };
    let page = world.store.incidents(&vera(), &by_digest, None, 50).await.unwrap();
    assert_eq!(page.items.iter().map(|card| card.key).collect::<Vec<_>>(), [key], "an item is found by its digest");
    super::log::finish_reading(&world.store, key, &id).await;
    for (asked, expected) in FOUND.iter().chain(&IN_RECORDS) {
        let filter = RecordFilter { q: Some((*asked).into()), ..RecordFilter::default() };
        let page =
            world.store.incident(&vera(), key).await.unwrap().log_records(Some(&id), &filter, None, 50).await.unwrap();
        let found: Vec<u64> = page.items.iter().map(|found| found.number).collect();
        if found != *expected {
            wrong.push(format!("records, {asked}: {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
