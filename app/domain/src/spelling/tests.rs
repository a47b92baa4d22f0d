//! Tests of how names are spelt.

use proptest::prelude::*;

use super::*;

#[test]
fn names_are_the_same_however_they_are_spelt() {
    let table = [
        ("Jürg", "JÜRG", true),
        ("Jürg", "Ju\u{308}rg", true),
        ("Weiß", "WEISS", true),
        ("  Ada   Lovelace ", "ada lovelace", true),
        ("Ada\u{200b}", "Ada", true),
        ("ΣΟΦΟΣ", "σοφος", true),
        ("Kim O'Brien", "Kim O’Brien", true),
        ("Kim O´Brien", "KIM O＇BRIEN", true),
        ("Ann–Lee Roe", "ann−lee roe", true),
        ("Ａｎｎ　Roe", "Ann Roe", true),
        ("ｶﾞﾝ", "ガン", true),
        ("I\u{307}pek Ay", "IPEK AY", true),
        ("Griﬃn", "griffin", true),
        ("Ann-Lee", "Ann Lee", false),
        ("Jorg", "Jörg", false),
        ("Ada", "Adam", false),
        ("", "Ada", false),
    ];
    for (one, other, same) in table {
        assert_eq!(same_name(one, other), same, "{one:?} {other:?}");
        assert_eq!(same_name(other, one), same, "{other:?} {one:?}");
    }
}

#[test]
fn nobody_passes_for_somebody_else_by_how_they_are_spelt() {
    let same = [
        ("Kim O'Brien", "Kim O\u{2019}Brien"),
        ("Kim O`Brien", "KIM O\u{2bc}BRIEN"),
        ("Ann-Lee Roe", "Ann\u{2011}Lee Roe"),
        ("Ann-Lee Roe", "Ann\u{2013}lee roe"),
        ("\u{ff21}\u{ff4e}\u{ff4e} Roe", "Ann Roe"),
        ("\u{130}pek Ay", "ipek ay"),
        ("I\u{15e}IL Ay", "\u{131}\u{15f}\u{131}l ay"),
        ("I\u{307}pek", "ipek"),
    ];
    for (one, other) in same {
        assert_eq!(alike(one), alike(other), "{one} {other}");
        assert_eq!(alike(&alike(one)), alike(one), "{one}");
    }
    for (one, other) in [("Ann Roe", "Ann-Roe"), ("Jos\u{e9} Ro", "Jose Ro"), ("OBrien", "O'Brien"), ("Ada", "Adam")] {
        assert_ne!(alike(one), alike(other), "{one} {other}");
    }
}

#[test]
fn names_that_look_alike_share_a_look() {
    let alike = [
        ("Ada", "Аdа"),
        ("ADA", "АDА"),
        ("Alan", "AIan"),
        ("Grace", "ｇｒａｃｅ"),
        ("Grace", "Gra\u{200d}ce"),
        ("Jürg", "Ju\u{308}rg"),
        ("paypal", "раураӏ"),
    ];
    for (one, other) in alike {
        let (one_looks, other_looks) = (looks(one), looks(other));
        assert!(
            one_looks.iter().any(|look| other_looks.contains(look)),
            "{one} {other}: {one_looks:?} {other_looks:?}"
        );
    }
    for (one, other) in [("Ada", "Adam"), ("Jürg", "Jurg"), ("Grace", "Graze"), ("王芳", "王方")] {
        let (one_looks, other_looks) = (looks(one), looks(other));
        assert!(!one_looks.iter().any(|look| other_looks.contains(look)), "{one} {other}");
    }
}

#[test]
fn a_name_has_nothing_in_it_that_is_not_seen() {
    let name = |text: &str| parse_name("name", text.into(), "Give a name.").map_err(|refusal| refusal.sentence);
    assert_eq!(name(" Ju\u{308}rg  Müller\n"), Ok("Jürg Müller".into()));
    assert_eq!(name("王芳"), Ok("王芳".into()));
    for blank in ["", " ", "\u{301}", "\u{20dd}", "\u{200b}", "\u{2060}\u{feff}", "\u{3164}", "\u{2800}"] {
        assert_eq!(name(blank), Err("Give a name.".into()), "{blank:?}");
    }
    for hidden in ["Ada\u{200b}", "A\u{202e}da", "\u{2066}Ada", "Ada\u{ad}", "A\u{7}da", "Ada\u{e0041}", "Ada\u{fe0f}"]
    {
        assert!(name(hidden).is_err_and(|sentence| sentence.contains("nobody sees")), "{hidden:?}");
    }
    assert_eq!(clean_name("ops\u{200b}-agent\t7"), "ops-agent 7");
}

#[test]
fn a_title_is_one_line_that_reads_as_it_is_written() {
    let title =
        |text: &str| parse_title("title", text.into(), 300, "Give a title.").map_err(|refusal| refusal.sentence);
    assert_eq!(title("a\nb\tc"), Ok("a b c".into()));
    assert_eq!(title("Cafe\u{301}"), Ok("Café".into()));
    assert_eq!(title("\u{feff}Agent\u{200b} posts"), Ok("Agent posts".into()));
    assert_eq!(title("👩\u{200d}💻 ❤\u{fe0f}"), Ok("👩\u{200d}💻 ❤\u{fe0f}".into()));
    assert_eq!(title("\u{200b}"), Err("Give a title.".into()));
    assert_eq!(title("\u{200d}"), Err("Give a title.".into()));
    assert_eq!(title("\u{301}"), Err("Give a title.".into()), "a mark upon no letter");
    assert_eq!(title(" \u{308}\u{20dd} "), Err("Give a title.".into()));
    for turned in ["\u{202e}gnp.exe", "a\u{2067}b", "a\u{200f}b"] {
        assert!(title(turned).is_err_and(|sentence| sentence.contains("direction")), "{turned:?}");
    }
}

proptest! {
    #[test]
    fn what_was_taken_is_taken_again_as_it_is(text in "\\PC{1,40}") {
        if let Ok(name) = parse_name("name", text.clone(), "") {
            prop_assert_eq!(parse_name("name", name.clone(), ""), Ok(name.clone()));
            prop_assert!(same_name(&name, &text));
        }
        if let Ok(title) = parse_title("title", text, 300, "") {
            prop_assert_eq!(parse_title("title", title.clone(), 300, ""), Ok(title));
        }
    }

    #[test]
    fn folding_settles(text in "\\PC{0,40}") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert!(same_name(&text.nfd().collect::<String>(), &text));
        prop_assert!(looks(&text)[1] == looks(&text.nfd().collect::<String>())[1]);
    }
}

proptest! {
    #[test]
    fn what_is_shown_by_its_number_is_taken_as_it_stands(text in ".{0,80}") {
        let shown = shown_line(&text, 300);
        prop_assert_eq!(shown_line(&shown, 300), shown.clone());
        prop_assert!(shown.chars().count() <= 300);
        if let Ok(line) = parse_line("id", text.clone(), 300) {
            prop_assert_eq!(parse_line("id", line.clone(), 300), Ok(line.clone()));
        }
        prop_assert_eq!(shown.is_empty(), text.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty());
    }
}
