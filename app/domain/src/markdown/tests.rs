//! What people write comes out whole and in its place, whatever it is made of.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, parse_document};
use proptest::prelude::*;

use super::{events, write};

/// Marks of Markdown in every state of being right, each around a word that must not be lost.
const PIECES: [&str; 77] = [
    "W",
    "W ",
    " W",
    "*W*",
    "**W**",
    "_W_",
    "***W***",
    "*W",
    "W*",
    "~~W~~",
    "`W`",
    "``W`W``",
    "`W",
    "# W",
    "## W ##",
    "###### W #",
    "#W",
    "W\n===",
    "W\n---",
    "W\n-",
    "- W",
    "- # W",
    "* W",
    "+ W",
    "1. W",
    "7) W",
    "-\n  W",
    "- - W",
    "> W",
    "> # W",
    "> - ## W",
    ">> W\nW",
    "```W",
    "``` W `W",
    "~~~W~~~ W",
    "~~~ W",
    "```\nW",
    "```\nW\n```",
    "    ```\nW",
    "    W",
    "\tW",
    "   ## W",
    "    ```",
    "```",
    "~~~",
    "<W>",
    "</W>",
    "<!-- W -->",
    "<!-- W",
    "-->",
    "<script>W</script>",
    "<div>\nW\n\n",
    "<W attr=\"W\">",
    "<?W?>",
    "<![CDATA[W]]>",
    "<!W>",
    "![W](https://W.example/?d=W)",
    "![W][W]",
    "[W](https://W.example \"W\")",
    "[W](javascript:W)",
    "[W]: https://W.example/W",
    "[W]: <W> 'W'",
    "[W][W]",
    "[W]",
    "[^W]: W",
    "[^W]",
    "<https://W.example/W>",
    "<W@W.example>",
    "| W | W |\n|---|---|\n| W | W |",
    "| W |\n|---|\n| W | W | W",
    "W | W\n:-:|--:\nW | `W|W`",
    "&lt;W&gt;",
    "&#32;&#32;&#32;&#32;W",
    "&#10;# W",
    "\\W\\",
    "- [ ] W",
    "[x](<W> (W))",
];

const BETWEEN: [&str; 16] = [
    "\n", "\n\n", "\r", "\r\n", "\r\r", " ", "", "\n    ", "\n  ", "\n> ", "\n- ", "\n\t", "\n\n    ", "\n\n> ",
    "  \n", "\u{2028}",
];

/// A text of such pieces; every word of it is another one.
pub fn hostile() -> impl Strategy<Value = (String, usize)> {
    let piece = prop_oneof![
        12 => prop::sample::select(PIECES.to_vec()).prop_map(str::to_string),
        1 => "[ -~]{0,12}".prop_map(|noise| noise.replace('W', "w")),
        1 => "\\PC{0,6}".prop_map(|noise| noise.replace('W', "w")),
    ];
    prop::collection::vec((piece, prop::sample::select(BETWEEN.to_vec())), 1..9).prop_map(|parts| {
        let (mut text, mut words) = (String::new(), 0);
        for (piece, between) in parts {
            for (place, part) in piece.split('W').enumerate() {
                if place > 0 {
                    text.push_str(&format!("zw{words}z"));
                    words += 1;
                }
                text.push_str(part);
            }
            text.push_str(between);
        }
        (text, words)
    })
}

/// Reads as GitHub does.
pub fn read<'a>(arena: &'a Arena<'a>, markdown: &str) -> &'a AstNode<'a> {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    parse_document(arena, markdown, &options)
}

/// What a reader of the document sees of its text, addresses of links among it.
pub fn seen(node: &NodeValue) -> String {
    match node {
        NodeValue::Text(text) => text.to_string(),
        NodeValue::Code(code) => code.literal.clone(),
        NodeValue::CodeBlock(code) => code.literal.clone(),
        NodeValue::Link(link) => format!(" {} ", link.url),
        _ => String::new(),
    }
}

/// Nodes that change what stands around them, run, or are fetched.
pub fn is_foreign(node: &NodeValue) -> bool {
    match node {
        NodeValue::HtmlBlock(html) => html.literal.trim() != "<!-- -->",
        NodeValue::HtmlInline(_) | NodeValue::Image(_) | NodeValue::FootnoteDefinition(_) => true,
        NodeValue::FootnoteReference(_) => true,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

    #[test]
    fn every_word_is_shown_and_nothing_else_is_made((text, words) in hostile()) {
        let written = write(&events(&text));
        let arena = Arena::new();
        let mut whole = String::new();
        for node in read(&arena, &format!("{written}\n\nafter\n")).descendants() {
            let value = &node.data.borrow().value;
            prop_assert!(!matches!(value, NodeValue::Heading(_)), "a heading:\n{text}\n---\n{written}");
            prop_assert!(!is_foreign(value), "{value:?}:\n{text}\n---\n{written}");
            whole.push_str(&seen(value));
        }
        for word in 0..words {
            prop_assert!(whole.contains(&format!("zw{word}z")), "zw{word}z is lost:\n{text:?}\n---\n{written}");
        }
        prop_assert!(whole.ends_with("after"), "what follows is swallowed:\n{text}\n---\n{written}");
    }
}

#[test]
fn markdown_is_written_anew_without_its_dangers() {
    let table = [
        ("# Big", "**Big**"),
        ("text\n===", "**text**"),
        ("```\n# code\n", "```\n# code\n```"),
        ("````\n```\n````", "````\n```\n````"),
        ("```sh\nls\n```", "`sh`\n\n```\nls\n```"),
        ("~~~ls~~~ was typed", "`ls~~~ was typed`\n\n```\n```"),
        ("<details>", "```\n<details>\n```"),
        ("typed <redacted>", "typed \\<redacted\\>"),
        ("open <!-- comment", "open \\<!-- comment"),
        ("one\r## two", "one\n\n**two**"),
        ("- a\n- b", "- a\n- b"),
        ("- a\n\n* b", "- a\n\n* b"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- a\n  - b\n    c", "- a\n  - b\n    c"),
        ("> a\n> > b", "> a\n>\n> > b"),
        ("![x](https://e.example/?d=1)", "!\\[x\\](https://e.example/?d=1)"),
        ("[x](javascript:y)", "\\[x\\](javascript:y)"),
        ("[x](https://e.example/a_b?c=1&d=2)", "[x](https://e.example/a_b?c=1&amp;d=2)"),
        ("so\\![x](https://e.example)", "so\\![x](https://e.example)"),
        ("see https://e.example/?x=1&y=2~3 so", "see <https://e.example/?x=1&y=2~3> so"),
        ("| https://e.example/?x=1&y=2 |\n|---|", "| <https://e.example/?x=1&y=2> |\n| --- |"),
        ("<ann@e.example>", "[ann@e.example](mailto:ann@e.example)"),
        ("[x]: https://e.example", "\\[x\\]: https://e.example"),
        ("[^1]: a source", "\\[^1\\]: a source"),
        ("snake_case and _so_", "snake_case and *so*"),
        ("a\n1986\\. It", "a\n1986\\. It"),
        ("| a | b |\n|---|--:|\n| c | d |", "| a | b |\n| --- | --: |\n| c | d |"),
        ("| a |\n|---|\n| c | d |", "```\n| a |\n|---|\n| c | d |\n```"),
        ("one  \ntwo", "one\\\ntwo"),
        ("a\n\n---\n\nb", "a\n\n___\n\nb"),
        ("", ""),
    ];
    for (text, expected) in table {
        assert_eq!(write(&events(text)), expected, "{text}");
    }
}

#[test]
fn a_text_that_goes_too_deep_is_shown_as_it_was_typed() {
    let text = format!("{}x", "> ".repeat(5_000));
    assert_eq!(write(&events(&text)), format!("```\n{text}\n```"));
}
