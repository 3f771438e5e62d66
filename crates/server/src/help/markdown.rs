//! Markdown to the markup of a page, event by event.
//!
//! Everything that comes from the text is escaped, markup in it too: no guide can bring an element of its
//! own. Where links and pictures lead is asked of [`Places`].

use std::fmt::Write as _;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{anchor::Anchors, pictures::Picture};

/// Where links and pictures of a text lead.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) link: fn(&str) -> Target,
    pub(super) picture: fn(&str) -> Option<&'static Picture>,
}

/// Where a link leads.
pub(super) enum Target {
    /// To a page of the product; with the title of the guide, for links that are named after its file.
    Guide(String, Option<&'static str>),
    Outside,
    /// To something that is not part of the program: only its words are shown.
    Nowhere,
}

/// A guide as markup, with what leads into it.
pub(super) struct Rendered {
    /// The first heading; it is not in the markup.
    pub(super) title: String,
    pub(super) markup: String,
    /// The headings of the second and third level.
    pub(super) headings: Vec<Heading>,
    pub(super) passages: Vec<Passage>,
    #[cfg(test)]
    pub(super) anchors: Anchors,
}

/// A line of the list of contents.
pub(super) struct Heading {
    pub(super) is_part: bool,
    pub(super) anchor: String,
    pub(super) text: String,
}

/// What stands under one heading, as words to be searched.
#[derive(Default)]
pub(super) struct Passage {
    /// Empty at the beginning of the guide.
    pub(super) anchor: String,
    pub(super) heading: String,
    pub(super) text: String,
}

/// Reads a guide.
pub(super) fn render(text: &str, places: Places) -> Rendered {
    let mut writer = Writer::new(places);
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        writer.take(event);
    }
    Rendered {
        title: writer.title,
        markup: writer.out,
        headings: writer.headings,
        passages: writer.passages,
        #[cfg(test)]
        anchors: writer.anchors,
    }
}

struct Writer {
    places: Places,
    title: String,
    out: String,
    headings: Vec<Heading>,
    passages: Vec<Passage>,
    anchors: Anchors,
    /// Where the heading or cell that is being written begins in `out`.
    begun: usize,
    /// The words of the heading that is being written.
    heading: Option<String>,
    /// Whether each open link is written as one.
    links: Vec<bool>,
    /// The words of a link that are replaced by the title of its guide.
    renamed: Option<(String, &'static str)>,
    /// The picture that is being written: where it is, and its words.
    picture: Option<(String, String)>,
    tables: usize,
    row: Vec<String>,
}

impl Writer {
    fn new(places: Places) -> Self {
        Self {
            places,
            title: String::new(),
            out: String::new(),
            headings: Vec::new(),
            passages: vec![Passage::default()],
            anchors: Anchors::default(),
            begun: 0,
            heading: None,
            links: Vec::new(),
            renamed: None,
            picture: None,
            tables: 0,
            row: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(tag) => self.end(tag),
            // Markup in a text is text, too.
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(text) => {
                self.raw("<code>");
                self.text(&text);
                self.raw("</code>");
            }
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => self.raw("<br>"),
            Event::Rule => self.raw("<hr>"),
            // Only with extensions that are not asked for.
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    /// Markup of our own; in the words of a picture there is none.
    fn raw(&mut self, markup: &str) {
        if self.picture.is_none() {
            self.out.push_str(markup);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, words)) = &mut self.picture {
            words.push_str(text);
            return;
        }
        let text = match self.renamed.take() {
            Some((name, title)) if name == text => title,
            _ => text,
        };
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
        } else if let Some(passage) = self.passages.last_mut() {
            passage.text.push_str(text);
        }
        escape(text, &mut self.out);
    }

    fn begin(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.begun = self.out.len();
                self.heading = Some(String::new());
            }
            Tag::Paragraph => self.raw("<p>"),
            Tag::BlockQuote(_) => self.raw("<blockquote>"),
            Tag::CodeBlock(kind) => self.begin_code(&kind),
            Tag::List(None) => self.raw("<ul>"),
            Tag::List(Some(first)) => self.raw(&format!("<ol start=\"{first}\">")),
            Tag::Item => self.raw("<li>"),
            Tag::Emphasis => self.raw("<em>"),
            Tag::Strong => self.raw("<strong>"),
            Tag::Link { dest_url, .. } => self.begin_link(&dest_url),
            Tag::Image { dest_url, .. } => {
                self.picture = Some((dest_url.into_string(), String::new()));
            }
            Tag::Table(_) => self.begin_table(),
            Tag::TableHead | Tag::TableRow => self.row.clear(),
            Tag::TableCell => self.begun = self.out.len(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::Paragraph => self.end_block("</p>\n"),
            TagEnd::BlockQuote(_) => self.end_block("</blockquote>\n"),
            TagEnd::CodeBlock => self.end_block("</code></pre>\n"),
            TagEnd::List(false) => self.end_block("</ul>\n"),
            TagEnd::List(true) => self.end_block("</ol>\n"),
            TagEnd::Item => self.end_block("</li>\n"),
            TagEnd::Emphasis => self.raw("</em>"),
            TagEnd::Strong => self.raw("</strong>"),
            TagEnd::Link => {
                let is_written = self.links.pop() == Some(true);
                self.raw(if is_written { "</a>" } else { "" });
            }
            TagEnd::Image => self.end_picture(),
            TagEnd::Table => self.end_block("</tbody></table></div>\n"),
            TagEnd::TableHead => self.end_head(),
            TagEnd::TableRow => self.end_row(),
            TagEnd::TableCell => {
                let cell = self.out.split_off(self.begun);
                self.row.push(cell);
                self.end_block("");
            }
            _ => {}
        }
    }

    /// The end of something after which words do not belong together.
    fn end_block(&mut self, markup: &str) {
        self.raw(markup);
        if let Some(passage) = self.passages.last_mut() {
            passage.text.push(' ');
        }
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        let inner = self.out.split_off(self.begun);
        let text = self.heading.take().unwrap_or_default();
        if level == HeadingLevel::H1 {
            self.title = text;
            return;
        }
        let anchor = self.anchors.of_heading(&text);
        // Writing to a string cannot fail; so below.
        let _ = writeln!(self.out, "<{level} id=\"{anchor}\">{inner}</{level}>");
        if level <= HeadingLevel::H3 {
            self.headings.push(Heading {
                is_part: level == HeadingLevel::H3,
                anchor: anchor.clone(),
                text: text.clone(),
            });
        }
        self.passages.push(Passage {
            anchor,
            heading: text,
            text: String::new(),
        });
    }

    /// Lines to be typed or read; after the language, a block may have the name of the file it is.
    fn begin_code(&mut self, kind: &CodeBlockKind<'_>) {
        if let CodeBlockKind::Fenced(words) = kind
            && let Some(file) = words.split(' ').nth(1)
        {
            self.raw("<p class=\"file\">");
            self.text(file);
            self.raw("</p>");
        }
        self.raw("<pre class=\"command\" tabindex=\"0\"><code>");
    }

    fn begin_link(&mut self, to: &str) {
        let (address, title, rel) = match (self.places.link)(to) {
            Target::Guide(address, title) => (address, title, ""),
            Target::Outside => (to.to_owned(), None, " rel=\"noreferrer\""),
            Target::Nowhere => {
                self.links.push(false);
                return;
            }
        };
        self.links.push(true);
        self.renamed = title.map(|title| (to.to_owned(), title));
        self.out.push_str("<a href=\"");
        escape(&address, &mut self.out);
        let _ = write!(self.out, "\"{rel}>");
    }

    fn end_picture(&mut self) {
        let Some((place, words)) = self.picture.take() else {
            return;
        };
        let Some(picture) = (self.places.picture)(&place) else {
            self.text(&words);
            return;
        };
        let address = picture.address();
        let (width, height) = picture.size();
        let _ = write!(
            self.out,
            "<a class=\"picture\" href=\"{address}\"><img src=\"{address}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\" decoding=\"async\" alt=\""
        );
        escape(&words, &mut self.out);
        self.out.push_str("\"></a>");
    }

    fn begin_table(&mut self) {
        self.tables += 1;
        let number = self.tables;
        let heading = self.passages.last().map_or("", |last| &last.heading);
        let mut label = format!("Table {number}");
        if !heading.is_empty() {
            let _ = write!(label, ": {heading}");
        }
        self.out
            .push_str("<div class=\"table-wrap\" tabindex=\"0\" role=\"region\" aria-label=\"");
        escape(&label, &mut self.out);
        self.out.push_str("\"><table class=\"table\">");
    }

    /// The row of headings, unless all are blank; a blank one is no heading.
    fn end_head(&mut self) {
        if self.row.iter().any(|cell| !cell.is_empty()) {
            self.out.push_str("<thead><tr>");
            for cell in &self.row {
                let _ = if cell.is_empty() {
                    write!(self.out, "<td></td>")
                } else {
                    write!(self.out, "<th scope=\"col\">{cell}</th>")
                };
            }
            self.out.push_str("</tr></thead>");
        }
        self.out.push_str("<tbody>");
    }

    /// A row; if it begins with a name as code and nothing else, it can be linked to.
    fn end_row(&mut self) {
        let name = self.row.first().and_then(|cell| {
            let cell = cell.strip_prefix("<code>")?;
            cell.strip_suffix("</code>")
        });
        let anchor = name.and_then(|name| self.anchors.of_row(name));
        match anchor {
            Some(anchor) => {
                let _ = write!(self.out, "<tr id=\"{anchor}\">");
            }
            None => self.out.push_str("<tr>"),
        }
        for cell in &self.row {
            let _ = write!(self.out, "<td>{cell}</td>");
        }
        self.out.push_str("</tr>\n");
    }
}

fn escape(text: &str, out: &mut String) {
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            sign => out.push(sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Places, Rendered, Target, render};

    fn rendered(text: &str) -> Rendered {
        let link = |to: &str| match to {
            "OTHER.md" => Target::Guide("/help/other".to_owned(), Some("The other guide")),
            _ if to.starts_with("https://") => Target::Outside,
            _ => Target::Nowhere,
        };
        render(
            text,
            Places {
                link,
                picture: |_| None,
            },
        )
    }

    #[test]
    fn markup_in_a_text_is_shown_and_not_used() {
        let text = "# A <b>\n\n<script>alert(1)</script>\n\nan <img src=x onerror=\"alert(1)\"> `<i>` \"x\"\n\n\
                    | <b>a | b |\n|---|---|\n| <svg onload=x> | `<u>` |\n\n![\"><script>](none.png)\n\n\
                    [x](javascript:alert(1)) [y](https://a.example/\"onclick=\"z) [z](data:text/html,x)";
        let page = rendered(text);
        for part in [
            "<script",
            "<img",
            "<i>",
            "<b>",
            "<svg",
            "<u>",
            "javascript:",
            "data:",
            "\"onclick",
        ] {
            assert!(!page.markup.contains(part), "{part}: {}", page.markup);
        }
        assert!(page.markup.contains("&lt;script&gt;"));
        assert!(
            page.markup.contains("https://a.example/"),
            "{}",
            page.markup
        );
    }

    #[test]
    fn links_named_after_a_file_are_named_after_its_guide() {
        let page = rendered("[OTHER.md](OTHER.md) and [there](OTHER.md), [gone](GONE.md)");
        assert_eq!(
            page.markup,
            "<p><a href=\"/help/other\">The other guide</a> and <a href=\"/help/other\">there</a>, gone</p>\n"
        );
    }

    #[test]
    fn rows_about_a_code_can_be_linked_to() {
        let page = rendered(
            "## Codes\n\n| code | |\n|---|---|\n| `a_b` | x |\n| `c` or `d` | y |\n\n| |\n|-|\n|z|",
        );
        assert!(
            page.markup
                .contains("<tr id=\"row-a_b\"><td><code>a_b</code></td>")
        );
        assert_eq!(page.markup.matches("id=").count(), 2, "{}", page.markup);
        assert!(page.markup.contains("aria-label=\"Table 1: Codes\""));
        assert_eq!(page.markup.matches("<thead>").count(), 1);
    }

    #[test]
    fn a_block_says_which_file_it_is() {
        let page = rendered("```csv people.csv\nName\n```\n\n```sh\nls\n```");
        assert!(
            page.markup
                .starts_with("<p class=\"file\">people.csv</p><pre"),
            "{}",
            page.markup
        );
        assert_eq!(page.markup.matches("class=\"file\"").count(), 1);
    }

    #[test]
    fn passages_have_the_words_under_their_heading() {
        let page = rendered("# T\nfirst\n## One\n- `a`\n- b\n### Two\nlast");
        let found: Vec<_> = page
            .passages
            .iter()
            .map(|one| {
                (
                    one.anchor.as_str(),
                    one.text.split_whitespace().collect::<Vec<_>>(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("", vec!["first"]),
                ("one", vec!["a", "b"]),
                ("two", vec!["last"])
            ]
        );
        assert_eq!(page.title, "T");
        let parts: Vec<_> = page.headings.iter().map(|one| one.is_part).collect();
        assert_eq!(parts, [false, true]);
    }
}
