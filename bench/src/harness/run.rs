//! The order of a measurement, and what is measured.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use clap::ValueEnum;

use super::{
    database::{Database, Place},
    product::{Import, Product},
    report::{self, Line},
};
use crate::{
    floor::{Floor, Measured},
    generate, read_floor,
};

/// What the harness shall measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Request {
    /// The product's binary.
    #[arg(long, default_value = "target/release/muster")]
    muster: PathBuf,
    /// Sizes of the file, in rows.
    #[arg(long, value_delimiter = ',', default_value = "100000,1000000")]
    rows: Vec<u64>,
    /// `sqlite`, or the address of a PostgreSQL server; may be repeated.
    #[arg(long, value_parser = Place::parse, default_value = "sqlite")]
    database: Vec<Place>,
    /// People in the account before.
    #[arg(long, default_value_t = 0)]
    existing: u64,
    /// What to do with the file.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "new")]
    scenario: Vec<Scenario>,
    /// Measurements of each kind; the table shows the median.
    #[arg(long, default_value_t = 3)]
    repeat: u32,
    /// Folder for files and databases.
    #[arg(long, default_value_os_t = env::temp_dir())]
    folder: PathBuf,
    /// Seed of the files.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// One kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// All rows are new people; the floor is a plain bulk load.
    New,
    /// Half the rows change people who exist; the floor is a hand-written merge.
    Updates,
    /// Read, check and plan only; the floor is reading the file.
    DryRun,
    /// All users to a CSV file.
    Export,
}

impl Scenario {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::New => "new people",
            Self::Updates => "half updates",
            Self::DryRun => "dry run",
            Self::Export => "export",
        }
    }
}

/// Measures everything asked for and prints the tables.
pub(crate) fn run(request: &Request, out: &mut impl std::io::Write) -> Result<()> {
    anyhow::ensure!(request.repeat > 0, "measure at least once");
    let folder = request
        .folder
        .join(format!("muster-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure_all(request, &folder);
    fs::remove_dir_all(&folder)?;
    report::print(&measured?, out)
}

fn measure_all(request: &Request, folder: &Path) -> Result<Vec<Line>> {
    let product = Product::find(&request.muster)?;
    let mut lines = Vec::new();
    let mut number = 0;
    for rows in &request.rows {
        for scenario in &request.scenario {
            let files = Files::write(request, folder, *rows, *scenario)?;
            for place in &request.database {
                let mut runs = Vec::new();
                for repeat in 0..request.repeat {
                    number += 1;
                    let mut database = Database::create(place, folder, number)?;
                    let round = Round {
                        product: &product,
                        files: &files,
                        scenario: *scenario,
                        // Whoever goes first meets a colder machine; take turns.
                        floor_first: repeat % 2 == 1,
                    };
                    let run = round.measure(&database);
                    database.remove()?;
                    runs.push(run?);
                }
                lines.push(Line::new(
                    place,
                    *scenario,
                    *rows,
                    files.existing_rows,
                    &runs,
                ));
            }
        }
    }
    Ok(lines)
}

/// The generated spreadsheets of a scenario.
struct Files {
    existing: Option<PathBuf>,
    existing_rows: u64,
    file: PathBuf,
}

impl Files {
    fn write(request: &Request, folder: &Path, rows: u64, scenario: Scenario) -> Result<Self> {
        // An update needs somebody to update.
        let existing_rows = match scenario {
            Scenario::Updates if request.existing == 0 => rows,
            _ => request.existing,
        };
        let sheet = |rows, after, dirty, updates_of, name: &str| generate::Request {
            rows,
            seed: request.seed,
            dirty,
            after,
            groups: false,
            updates_of,
            format: "csv".to_owned(),
            output: folder.join(name),
        };
        let mut existing = None;
        if existing_rows > 0 {
            let known = sheet(existing_rows, 0, 0.0, None, "existing.csv");
            generate::write(&known)?;
            existing = Some(known.output);
        }
        let updates_of = existing.clone().filter(|_| scenario == Scenario::Updates);
        let people = sheet(rows, existing_rows, 5.0, updates_of, "people.csv");
        generate::write(&people)?;
        Ok(Self {
            existing,
            existing_rows,
            file: people.output,
        })
    }
}

/// One measurement of the product and its floor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    pub(crate) product: Import,
    pub(crate) product_server_cpu: Option<f64>,
    pub(crate) floor: Measured,
    pub(crate) reading: Measured,
}

struct Round<'a> {
    product: &'a Product,
    files: &'a Files,
    scenario: Scenario,
    floor_first: bool,
}

impl Round<'_> {
    fn measure(&self, database: &Database) -> Result<Run> {
        self.product.init(database)?;
        if let Some(existing) = &self.files.existing {
            self.product.import(database, existing, false)?;
        }
        let mut run = Run::default();
        let mut floor = Floor::open(&database.url)?;
        let with_table = matches!(self.scenario, Scenario::New | Scenario::Updates);
        if with_table {
            floor.prepare(self.files.existing.is_some())?;
        }
        for floor_now in [self.floor_first, !self.floor_first] {
            floor.settle()?;
            if floor_now {
                run.floor = self.floor(&mut floor)?;
            } else {
                let before = floor.server_seconds();
                run.product = self.work(database)?;
                run.product_server_cpu = floor
                    .server_seconds()
                    .zip(before)
                    .map(|(now, then)| now - then);
            }
        }
        run.reading = read_floor::read(&self.files.file)?;
        Ok(run)
    }

    fn floor(&self, floor: &mut Floor) -> Result<Measured> {
        match self.scenario {
            Scenario::New => {
                let spool = floor.spool(&self.files.file)?;
                floor.load(&spool)
            }
            Scenario::Updates => match floor {
                Floor::Postgres(_) => floor.merge(&self.files.file),
                // SQLite has no merge floor: its goal is about new people.
                Floor::Sqlite(_) => Ok(Measured::default()),
            },
            Scenario::DryRun | Scenario::Export => read_floor::read(&self.files.file),
        }
    }

    fn work(&self, database: &Database) -> Result<Import> {
        let file = &self.files.file;
        match self.scenario {
            Scenario::New | Scenario::Updates => self.product.import(database, file, false),
            Scenario::DryRun => self.product.import(database, file, true),
            Scenario::Export => {
                let ended = self
                    .product
                    .export(database, &database.folder.join("export.csv"))?;
                Ok(Import {
                    wall: ended.wall,
                    cpu: ended.cpu,
                    peak_bytes: ended.peak_bytes,
                    ..Import::default()
                })
            }
        }
    }
}
