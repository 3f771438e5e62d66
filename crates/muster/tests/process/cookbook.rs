//! The recipes of `docs/COOKBOOK.md`, run as they stand there: the guide cannot become untrue.
//!
//! A block `csv NAME` is a file, `sh` is run by a shell in a folder of its own, `text` is what that printed, in
//! which `…` stands for any text. Each recipe has an account of its own.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    thread,
};

use crate::house::{House, Process};

const GUIDE: &str = include_str!("../../../../docs/COOKBOOK.md");
/// How many people the recipe has that is about many, and how many are made of it here.
const MANY: [(&str, &str); 2] = [("1000000", "3000"), ("999000", "2000")];

/// A part of a recipe between two fences.
struct Block<'a> {
    /// What stands beside the opening fence.
    kind: Vec<&'a str>,
    content: String,
}

fn recipes() -> Vec<(&'static str, Vec<Block<'static>>)> {
    GUIDE
        .split("\n## ")
        .skip(1)
        .map(|part| {
            let (title, text) = part.split_once('\n').unwrap();
            (title, blocks(text))
        })
        .collect()
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(kind) if !is_open => {
                is_open = true;
                let kind = kind.split(' ').collect();
                let content = String::new();
                blocks.push(Block { kind, content });
            }
            Some(_) => is_open = false,
            None if is_open => {
                let block = blocks.last_mut().unwrap();
                block.content.push_str(line);
                block.content.push('\n');
            }
            None => {}
        }
    }
    blocks
}

/// The place where one recipe is tried.
struct Kitchen {
    house: House,
    folder: PathBuf,
    /// Started for a recipe that talks to one.
    server: Option<Process>,
}

impl Kitchen {
    fn new(needs_server: bool) -> Self {
        let house = House::with_account_in("Harbour Club", "ZA");
        let (folder, programs) = (house.path("work"), house.path("bin"));
        fs::create_dir(&folder).unwrap();
        fs::create_dir(&programs).unwrap();
        symlink(env!("CARGO_BIN_EXE_muster"), programs.join("muster")).unwrap();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cookbook");
        for entry in fs::read_dir(fixtures).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
        }
        let server = needs_server.then(|| house.serve(&[]));
        Self {
            house,
            folder,
            server,
        }
    }

    /// Runs some lines, and gives back all that was printed, in its order.
    fn run(&self, lines: &str) -> String {
        let output = self.folder.join(".output");
        let file = fs::File::create(&output).unwrap();
        let programs = self.house.path("bin");
        let ended = Command::new("sh")
            .args(["-c", &fewer(lines)])
            .current_dir(&self.folder)
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display()),
            )
            .env("LC_ALL", "C.UTF-8")
            .env("MUSTER_DATA", self.house.data())
            .env(
                "SERVER",
                self.server
                    .as_ref()
                    .map_or(String::new(), |one| format!("http://{}", one.address)),
            )
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .status();
        assert!(ended.unwrap().code().is_some());
        fs::read_to_string(output).unwrap()
    }

    /// Writes a file of the recipe.
    fn write(&self, kind: &[&str], content: &str) {
        let path = self.folder.join(kind[1]);
        match kind.get(2) {
            None => fs::write(path, content).unwrap(),
            Some(&"windows-1252") => {
                // Up to here the encoding is the beginning of Unicode.
                let bytes = content
                    .chars()
                    .map(|sign| u8::try_from(u32::from(sign)).unwrap());
                fs::write(path, bytes.collect::<Vec<_>>()).unwrap();
            }
            Some(other) => panic!("{other} is not written here"),
        }
    }
}

fn fewer(text: &str) -> String {
    MANY.iter()
        .fold(text.to_owned(), |text, (many, few)| text.replace(many, few))
}

/// Whether a line is as the guide says.
fn is_like(line: &str, said: &str) -> bool {
    let mut rest = line;
    let mut parts = said.split('…');
    let first = parts.next().unwrap();
    let Some(after) = rest.strip_prefix(first) else {
        return false;
    };
    rest = after;
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let place = match parts.peek() {
            Some(_) => rest.find(part),
            None => rest
                .len()
                .checked_sub(part.len())
                .filter(|_| rest.ends_with(part)),
        };
        match place {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    rest.is_empty()
}

/// Tries a recipe, and says where the guide is not true.
fn cook(title: &str, blocks: &[Block<'_>]) -> Vec<String> {
    let needs_server = blocks.iter().any(|block| block.content.contains("$SERVER"));
    let kitchen = Kitchen::new(needs_server);
    let mut wrong = Vec::new();
    let mut printed = String::new();
    for block in blocks {
        match block.kind[0] {
            "csv" => kitchen.write(&block.kind, &block.content),
            "sh" => printed = kitchen.run(&block.content),
            "text" => {
                let said = fewer(&block.content);
                let same_count = printed.lines().count() == said.lines().count();
                let all_alike = printed
                    .lines()
                    .zip(said.lines())
                    .all(|(line, said)| is_like(line, said));
                if !same_count || !all_alike {
                    wrong.push(format!(
                        "{title}:\nthe guide says\n{said}\nbut it was\n{printed}"
                    ));
                }
            }
            other => wrong.push(format!("{title}: nothing is done with {other}")),
        }
    }
    wrong
}

#[test]
fn every_recipe_of_the_cookbook_is_true() {
    let recipes = recipes();
    assert!(recipes.len() > 25);
    for (title, blocks) in &recipes {
        let kinds: Vec<_> = blocks.iter().map(|block| block.kind[0]).collect();
        assert!(
            kinds.contains(&"sh") && kinds.contains(&"text"),
            "{title} has nothing to try"
        );
    }
    let next = Mutex::new(recipes.iter());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((title, blocks)) = { next.lock().unwrap().next() } {
                    let found = cook(title, blocks);
                    wrong.lock().unwrap().extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn dots_stand_for_any_text() {
    assert!(is_like(
        "import 7 of a.csv, 2026-11-22",
        "import 7 of a.csv, …"
    ));
    assert!(is_like("a 1 b 2 c", "a … b … c"));
    assert!(is_like("a", "a"));
    assert!(!is_like("ab", "a"));
    assert!(!is_like("a 1 c", "a … b"));
    assert!(!is_like("2 rows = 1 new", "2 rows = 2 new"));
}
