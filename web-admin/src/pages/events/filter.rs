//! Filters that live in the address: a form that writes them there, and chips that take them away again.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use perennial_api::paths::encode;
use perennial_ui::prelude::*;

use crate::links;
use crate::texts::phrases;

/// A filter: its name in the address, what it is called, and what it can be; without choices it is typed.
pub struct Filter {
    pub name: &'static str,
    pub label: &'static str,
    pub input: FilterInput,
}

pub enum FilterInput {
    Text,
    Day,
    Choice(Vec<Choice>),
}

/// The values of these filters in the address, in their order; empty where one is not set.
pub fn values(names: &'static [&'static str]) -> Memo<Vec<String>> {
    let query = use_query_map();
    Memo::new(move |_| names.iter().map(|name| query.read().get(name).unwrap_or_default()).collect())
}

/// The address of a list with these filters, from a cursor on.
pub fn address(base: &str, names: &[&str], values: &[String], after: &str) -> String {
    let set = names.iter().zip(values).map(|(name, value)| (*name, value.as_str())).chain([("after", after)]);
    let query: Vec<String> =
        set.filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if query.is_empty() { base.to_owned() } else { format!("{base}?{}", query.join("&")) }
}

#[component]
pub fn FilterBar(
    base: String,
    names: &'static [&'static str],
    values: Memo<Vec<String>>,
    filters: Vec<Filter>,
) -> impl IntoView {
    let texts = FilterTexts::get();
    let go = links::navigator(false);
    let typed: Vec<RwSignal<String>> = names.iter().map(|_| RwSignal::new(String::new())).collect();
    let typed = StoredValue::new(typed);
    // The address, however it came about, is what stands in the fields.
    Effect::new(move || {
        let values = values.get();
        typed.with_value(|typed| typed.iter().zip(values).for_each(|(field, value)| field.set(value)));
    });
    let base = StoredValue::new(base);
    let apply = {
        let go = go.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let wanted: Vec<String> =
                typed.with_value(|typed| typed.iter().map(|field| field.get_untracked().trim().to_owned()).collect());
            go(&address(&base.get_value(), names, &wanted, ""));
        }
    };
    let labels: Vec<&'static str> = filters.iter().map(|filter| filter.label).collect();
    let chips = Signal::derive(move || {
        let set = names.iter().zip(&labels).zip(values.get());
        set.filter(|(_, value)| !value.is_empty())
            .map(|((name, label), value)| FilterChip { key: (*name).to_owned(), label: format!("{label}: {value}") })
            .collect::<Vec<_>>()
    });
    let remove = {
        let go = go.clone();
        Callback::new(move |key: String| {
            let left: Vec<String> = names
                .iter()
                .zip(values.get_untracked())
                .map(|(name, value)| if *name == key { String::new() } else { value })
                .collect();
            go(&address(&base.get_value(), names, &left, ""));
        })
    };
    let clear = Callback::new(move |()| go(&base.get_value()));
    let field = move |(n, filter): (usize, Filter)| {
        let value = typed.with_value(|typed| typed[n]);
        field(filter, value)
    };
    view! {
        <form class="adm-filters" on:submit=apply role="search">
            {filters.into_iter().enumerate().map(field).collect_view()}
            <Button submit=true icon=IconKind::Filter id="apply-filters">{texts.apply}</Button>
        </form>
        {move || (!chips.read().is_empty()).then(|| view! {
            <div class="adm-chips"><FilterChips chips=chips on_remove=remove on_clear=clear /></div>
        })}
    }
}

fn field(filter: Filter, value: RwSignal<String>) -> AnyView {
    let id = format!("filter-{}", filter.name);
    match filter.input {
        FilterInput::Text => view! { <TextField id=id label=filter.label value=value /> }.into_any(),
        FilterInput::Choice(choices) => {
            let all = Choice::new("", FilterTexts::get().any);
            let choices: Vec<Choice> = [all].into_iter().chain(choices).collect();
            view! { <Select id=id label=filter.label choices=choices value=value /> }.into_any()
        }
        FilterInput::Day => view! { <DateField id=id label=filter.label value=value /> }.into_any(),
    }
}

phrases! {
    /// The bar of filters.
    FilterTexts =>
    apply = "Filter", "Filtrar";
    any = "Any", "Cualquiera";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_only_the_filters_that_are_set() {
        let values = ["LOGIN".to_owned(), String::new()];
        assert_eq!(address("/e", &["type", "client"], &values, ""), "/e?type=LOGIN");
        assert_eq!(address("/e", &["type", "client"], &["".into(), "a b".into()], "c1"), "/e?client=a%20b&after=c1");
        assert_eq!(address("/e", &["type"], &[String::new()], ""), "/e");
    }
}
