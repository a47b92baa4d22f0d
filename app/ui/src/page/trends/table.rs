//! Tables of numbers that lead to the incidents they count.

use leptos::prelude::*;

/// What stands in a cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    /// The number or the words.
    pub(super) text: String,
    /// What it is a number of.
    pub(super) note: String,
    /// The list of what it counts.
    pub(super) href: Option<String>,
    /// Whether there is none.
    pub(super) is_none: bool,
}

impl Cell {
    /// Words.
    pub(super) fn text(text: &str) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// How many there are; none lead nowhere.
    pub(super) fn count(count: u64, href: Option<String>) -> Self {
        Self { href: href.filter(|_| count > 0), is_none: count == 0, ..Self::text(&count.to_string()) }
    }

    fn view(&self) -> AnyView {
        let note = (!self.note.is_empty()).then(|| view! { " "<small class="muted">{self.note.clone()}</small> });
        match &self.href {
            Some(href) => view! { <a href=href.clone()>{self.text.clone()}</a>{note} }.into_any(),
            None => view! { {self.text.clone()}{note} }.into_any(),
        }
    }
}

/// A table; each row has a head of its own.
pub(super) fn table(
    label: &'static str,
    first: &'static str,
    heads: &[String],
    rows: Vec<(Cell, Vec<Cell>)>,
) -> AnyView {
    let first = if first.is_empty() {
        view! { <td role="cell"></td> }.into_any()
    } else {
        view! { <th scope="col" role="columnheader">{first}</th> }.into_any()
    };
    let columns =
        heads.iter().map(|head| view! { <th scope="col" role="columnheader" class="num">{head.clone()}</th> });
    let columns = columns.collect_view();
    let rows = rows.into_iter().map(|(head, cells)| {
        let cells = heads.iter().zip(&cells).map(|(label, cell)| {
            let class = if cell.is_none { "num none" } else { "num" };
            view! { <td role="cell" class=class data-label=label.clone()>{cell.view()}</td> }
        });
        view! { <tr role="row"><th scope="row" role="rowheader">{head.view()}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <table class="table trends" role="table" aria-label=label>
            <thead role="rowgroup"><tr role="row">{first}{columns}</tr></thead>
            <tbody role="rowgroup">{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}
