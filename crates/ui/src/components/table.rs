//! Dense rows of data. Headers sort where they can; on a phone each row becomes a card whose cells carry their
//! column's name.

use leptos::prelude::*;

use super::{Icon, IconKind};
use crate::text::use_kit_texts;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Ascending,
    Descending,
}

impl Sort {
    /// For pressing a header again.
    pub const fn flipped(self) -> Sort {
        match self {
            Sort::Ascending => Sort::Descending,
            Sort::Descending => Sort::Ascending,
        }
    }

    const fn aria(self) -> &'static str {
        match self {
            Sort::Ascending => "ascending",
            Sort::Descending => "descending",
        }
    }
}

/// A column's header. `sort` is the present order by this column; pressing the header runs `on_sort`.
#[derive(Clone)]
pub struct Column {
    label: String,
    sort: Signal<Option<Sort>>,
    on_sort: Option<Callback<()>>,
    hidden_label: bool,
    number: bool,
}

impl Column {
    pub fn new(label: impl Into<String>) -> Self {
        Column { label: label.into(), sort: Signal::stored(None), on_sort: None, hidden_label: false, number: false }
    }

    pub fn sortable(mut self, sort: impl Into<Signal<Option<Sort>>>, on_sort: Callback<()>) -> Self {
        self.sort = sort.into();
        self.on_sort = Some(on_sort);
        self
    }

    /// A column of digits, as its cells are.
    pub fn number(mut self) -> Self {
        self.number = true;
        self
    }

    /// A column of buttons: named for assistive technology, without words on the screen.
    pub fn actions(label: impl Into<String>) -> Self {
        Column { hidden_label: true, ..Column::new(label) }
    }

    fn header(self) -> AnyView {
        let Column { label, sort, on_sort, hidden_label, number } = self;
        let align = number.then_some("pn-number");
        let Some(on_sort) = on_sort else {
            let class = hidden_label.then_some("pn-hidden");
            return view! { <th scope="col" class=align><span class=class>{label}</span></th> }.into_any();
        };
        let hint = (use_kit_texts().sort_by)(&label);
        let arrow = move || {
            sort.get().map(|sort| match sort {
                Sort::Ascending => view! { <Icon kind=IconKind::SortUp /> },
                Sort::Descending => view! { <Icon kind=IconKind::SortDown /> },
            })
        };
        view! {
            <th scope="col" class=align aria-sort=move || sort.get().map_or("none", Sort::aria)>
                <button class="pn-table-sort" type="button" title=hint on:click=move |_| on_sort.run(())>
                    <span>{label}</span>
                    {arrow}
                </button>
            </th>
        }
        .into_any()
    }
}

/// `children` are the rows: `<tr>` of `Cell`s. `busy` dims the present rows while the next ones load.
#[component]
pub fn Table(
    /// What the table holds; read out, not shown.
    #[prop(into)]
    caption: String,
    columns: Vec<Column>,
    #[prop(optional, into)] busy: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="pn-table-wrap" aria-busy=move || busy.get().then_some("true")>
            <table class="pn-table">
                <caption class="pn-hidden">{caption}</caption>
                <thead>
                    <tr>{columns.into_iter().map(Column::header).collect_view()}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// One cell; `label` is its column's name, shown beside it on a phone.
#[component]
pub fn Cell(
    #[prop(into)] label: String,
    /// Names its row.
    #[prop(optional)]
    head: bool,
    /// Digits: right-aligned and of equal width.
    #[prop(optional)]
    number: bool,
    children: Children,
) -> impl IntoView {
    let class = number.then_some("pn-number");
    let content = view! { <div class="pn-cell">{children()}</div> };
    if head {
        view! { <th scope="row" class=class data-label=label>{content}</th> }.into_any()
    } else {
        view! { <td class=class data-label=label>{content}</td> }.into_any()
    }
}
