//! Writes every sample page with its style sheet to a directory, to be looked at:
//! `cargo run -p perennial-ui --features ssr --example render_samples -- DIR`

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use leptos::prelude::*;
use perennial_ui::pages::samples::samples;
use perennial_ui::prelude::*;

fn style_sheet() -> io::Result<String> {
    let kit = Path::new(env!("CARGO_MANIFEST_DIR")).join("style");
    let mut sheet = String::new();
    for folder in [kit.clone(), kit.join("pages")] {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        files.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
        files.sort();
        for file in files {
            sheet.push_str(&fs::read_to_string(file)?);
        }
    }
    Ok(sheet)
}

fn main() -> io::Result<()> {
    let Some(directory) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("usage: render_samples DIRECTORY"));
    };
    fs::create_dir_all(&directory)?;
    fs::write(directory.join("pages.css"), style_sheet()?)?;
    for lang in Lang::ALL {
        fs::write(directory.join(format!("kit-{}.html", lang.tag())), kit(lang))?;
        for sample in samples(lang, "pages.css") {
            fs::write(directory.join(format!("{}-{}.html", sample.name, lang.tag())), sample.html)?;
        }
    }
    Ok(())
}

/// Every component of the kit on one page.
fn kit(lang: Lang) -> String {
    Owner::new().with(|| {
        provide_lang(lang);
        provide_now(NOW);
        let nav = || view! { <Nav items=Signal::stored(places()) /> };
        view! {
            <!DOCTYPE html>
            <html lang=lang.tag()>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <title>"Kit"</title>
                    <link rel="stylesheet" href="pages.css" />
                </head>
                <body>
                    <Layout brand="Perennial" home="/" nav=nav>
                        <h1>"The kit"</h1>
                        <div class="pn-stack">{small_parts()} {table()} {form()} {lifelines()} {states()}</div>
                    </Layout>
                </body>
            </html>
        }
        .into_view()
        .to_html()
    })
}

const NOW: i64 = 1_795_269_909_000;
const DAY: i64 = 86_400_000;

fn places() -> Vec<NavItem> {
    [("Clients", IconKind::Clients, true), ("Realm settings", IconKind::Settings, false)]
        .into_iter()
        .map(|(label, icon, current)| NavItem {
            href: "#".to_owned(),
            label: label.to_owned(),
            icon,
            current: Signal::stored(current),
        })
        .collect()
}

fn small_parts() -> impl IntoView {
    let tab =
        |label: &str, current| Tab { href: "#".to_owned(), label: label.to_owned(), current: Signal::stored(current) };
    let chips =
        ["Client: nightly-backup", "Paused"].map(|label| FilterChip { key: label.to_owned(), label: label.to_owned() });
    view! {
        <Tabs tabs=Signal::stored(vec![tab("Settings", false), tab("Offline access", true)]) />
        <div class="pn-row">
            <Button kind=ButtonKind::Primary>"Save"</Button>
            <Button icon=IconKind::Plus>"Add"</Button>
            <Button kind=ButtonKind::Danger icon=IconKind::Remove>"Remove"</Button>
            <Button kind=ButtonKind::Quiet>"Quiet"</Button>
            <Button disabled=true>"Disabled"</Button>
            <Button kind=ButtonKind::Primary busy=true>"Busy"</Button>
        </div>
        <div class="pn-row">
            <Badge>"Neutral"</Badge>
            <Badge tone=Tone::Accent icon=IconKind::Away>"Away"</Badge>
            <Badge tone=Tone::Good>"Good"</Badge>
            <Badge tone=Tone::Warning>"Paused"</Badge>
            <Badge tone=Tone::Danger>"Blocked"</Badge>
        </div>
        <FilterChips
            chips=Signal::stored(chips.to_vec())
            on_remove=Callback::new(|_| ())
            on_clear=Callback::new(|_| ())
        />
    }
}

fn life(used: &[i64], end: Option<(i64, EndCause)>, state: LifelineState) -> LifelineData {
    LifelineData {
        started_at: NOW - 30 * DAY,
        uses: used.iter().map(|days| NOW - days * DAY).collect(),
        now: NOW,
        end: end.map(|(days, cause)| LifelineEnd { at: NOW + days * DAY, cause }),
        state,
    }
}

fn table() -> impl IntoView {
    let columns = vec![
        Column::new("User"),
        Column::new("Last use").sortable(Signal::stored(Some(Sort::Descending)), Callback::new(|()| ())),
        Column::new("Uses").number(),
        Column::new("Lifeline"),
        Column::actions("Actions"),
    ];
    let row = |(n, user): (usize, &'static str)| {
        let data = life(&[30, 20, 11, 4, 1], Some((30 + n as i64, EndCause::Idle)), LifelineState::Live);
        view! {
            <tr>
                <Cell label="User" head=true>{user}</Cell>
                <Cell label="Last use"><Timestamp at=NOW - DAY * n as i64 /></Cell>
                <Cell label="Uses" number=true>{n * 1000}</Cell>
                <Cell label="Lifeline"><Lifeline id=format!("row-{n}") data=data /></Cell>
                <Cell label="Actions"><Button kind=ButtonKind::Quiet>"Revoke"</Button></Cell>
            </tr>
        }
    };
    let rows: Vec<_> = ["alice", "bob", "carol"].into_iter().enumerate().map(row).collect();
    view! {
        <Table caption="Sessions" columns=columns>{rows}</Table>
        <Pager
            previous=Signal::stored(None::<String>)
            next=Signal::stored(Some("c".to_owned()))
            on_go=Callback::new(|_| ())
            position="1 to 3 of 8,913"
        />
    }
}

fn form() -> impl IntoView {
    let choices = vec![Choice::new("always", "Always"), Choice::new("never", "Never")];
    let text = |value: &str| RwSignal::new(value.to_owned());
    view! {
        <Card title="Tokens" actions=|| view! { <Button>"Reset"</Button> }>
            <TextField id="f-name" label="Name" value=text("demo") help="Shown to everybody." />
            <NumberField id="f-limit" label="Limit" value=text("many") error="Enter a whole number." />
            <DurationField id="f-idle" label="Idle timeout" value=RwSignal::new(Some(2_592_000)) help="Since the last use." />
            <Select id="f-mode" label="Rotation" choices=Signal::stored(choices) value=text("never") />
            <Switch id="f-max" label="Longest lifetime" value=RwSignal::new(true) help="Since the start." />
            <Switch id="f-off" label="Another" value=RwSignal::new(false) />
        </Card>
    }
}

fn lifelines() -> impl IntoView {
    let used = [30, 21, 14, 7, 2];
    let lives = [
        life(&used, Some((30, EndCause::Idle)), LifelineState::Live),
        life(&used, None, LifelineState::Paused),
        life(&used, Some((60, EndCause::Max)), LifelineState::Blocked),
        life(&used, Some((-1, EndCause::Chosen)), LifelineState::Live),
    ];
    let drawn: Vec<_> = lives
        .into_iter()
        .enumerate()
        .map(|(n, data)| view! { <Lifeline id=format!("large-{n}") data=data size=LifelineSize::Large /> })
        .collect();
    view! { <Card title="Lifelines"><div class="pn-stack">{drawn}</div></Card> }
}

fn states() -> impl IntoView {
    view! {
        <Empty title="No sessions" icon=IconKind::Clock>"Nobody uses this client while away."</Empty>
        <Failed
            words="The server could not be reached. Check your connection."
            reference="0199f0c0"
            on_retry=Callback::new(|()| ())
        />
        <Loading />
        <p><DurationText seconds=5_400 /> " · " <Timestamp at=NOW - DAY exact=true /></p>
    }
}
