use super::{Found, RawPacking, Whole};
use domain::reader::log::folded;

/// The numbers of the records that have a text.
fn find(records: &[&str], q: &str) -> Vec<usize> {
    let mut packing = RawPacking::from(1);
    for record in records {
        packing.push([record.as_bytes()].into_iter(), true);
    }
    let packed = packing.pack();
    let mut found = Found::default();
    let q = folded(q);
    let whole = Whole::of(&q).unwrap();
    if whole.is_in(&packed.words) {
        whole.look(1, packed.records, &packed.words, &packed.places, &mut found).unwrap();
    }
    (1..=records.len()).filter(|number| found.has(*number as u64)).collect()
}

#[test]
fn every_key_and_value_is_found() {
    let records = [
        r#"{"id":"e-1","who":{"name":"Ada","ids":[1,2,{"x":"deep"}]},"same":true}"#,
        r#"{"id":"e-2","who":{"name":"Caf\u00e9 \"bar\""},"same":true,"empty":{},"none":null}"#,
        r#"{"id":"e-3","list":["north","south",["east"]],"same":true}"#,
        "not JSON at all: {\"id\":\"e-4\" Denied",
        "",
    ];
    for (q, numbers) in [
        ("ADA", vec![1]),
        ("deep", vec![1]),
        ("who", vec![1, 2]),
        ("who.name", vec![1, 2]),
        ("e-", vec![1, 2, 3, 4]),
        ("same", vec![1, 2, 3]),
        ("true", vec![1, 2, 3]),
        ("cafe \"bar", vec![2]),
        ("empty", vec![2]),
        ("null", vec![2]),
        ("south", vec![3]),
        ("east", vec![3]),
        ("all: {\"id\"", vec![4]),
        ("denied", vec![4]),
        ("nowhere", vec![]),
    ] {
        assert_eq!(find(&records, q), numbers, "{q}");
    }
}

#[test]
fn more_keys_and_values_than_there_are_columns_are_found_as_well() {
    let many = |tail: &str| {
        let fields: String = (0..900).map(|n| format!("\"key{n}\":\"value{n}{tail}\",")).collect();
        format!(
            "{{{fields}\"list\":[{}]}}",
            (0..40).map(|n| format!("\"item{n}{tail}\"")).collect::<Vec<_>>().join(",")
        )
    };
    let (one, other) = (many("a"), many("b"));
    let records = [one.as_str(), other.as_str()];
    for (q, numbers) in [
        ("value7a", vec![1]),
        ("value899b", vec![2]),
        ("key899", vec![1, 2]),
        ("item39b", vec![2]),
        ("item39", vec![1, 2]),
    ] {
        assert_eq!(find(&records, q), numbers, "{q}");
    }
}

#[test]
fn broken_blobs_are_accidents() {
    let mut packing = RawPacking::from(1);
    packing.push([&b"{\"a\":\"b\"}"[..]].into_iter(), true);
    let packed = packing.pack();
    let whole = Whole::of("b").unwrap();
    for cut in 0..packed.places.len() {
        assert!(whole.look(1, 1, &packed.words, &packed.places[..cut], &mut Found::default()).is_err(), "{cut}");
    }
    assert!(whole.look(1, 1, &[], &packed.places, &mut Found::default()).is_err());
}
