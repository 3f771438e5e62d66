//! Rows of one table in PostgreSQL's binary COPY format, in a file: written once, loaded by both floors.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const END: i16 = -1;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Id([u8; 16]),
    Text(String),
    Number(i64),
}

/// Writes rows.
pub(crate) struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
    rows: u64,
}

/// A finished file of rows.
#[derive(Debug)]
pub(crate) struct Spool {
    pub(crate) path: PathBuf,
    pub(crate) rows: u64,
}

impl Writer {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let file =
            File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        file.write_all(SIGNATURE)?;
        Ok(Self {
            file,
            path: path.to_owned(),
            rows: 0,
        })
    }

    pub(crate) fn push(&mut self, row: &[Value]) -> Result<()> {
        self.file
            .write_all(&i16::try_from(row.len())?.to_be_bytes())?;
        for value in row {
            match value {
                Value::Null => self.file.write_all(&(-1_i32).to_be_bytes())?,
                Value::Id(bytes) => self.field(bytes)?,
                Value::Text(text) => self.field(text.as_bytes())?,
                Value::Number(number) => self.field(&number.to_be_bytes())?,
            }
        }
        self.rows += 1;
        Ok(())
    }

    fn field(&mut self, bytes: &[u8]) -> Result<()> {
        self.file
            .write_all(&i32::try_from(bytes.len())?.to_be_bytes())?;
        self.file.write_all(bytes)?;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Spool> {
        self.file.write_all(&END.to_be_bytes())?;
        self.file.flush()?;
        Ok(Spool {
            path: self.path,
            rows: self.rows,
        })
    }
}

impl Spool {
    pub(crate) fn open(&self) -> Result<BufReader<File>> {
        Ok(BufReader::with_capacity(1 << 20, File::open(&self.path)?))
    }

    /// Hands the raw fields of every row to `take`; `None` stands for null.
    pub(crate) fn each(
        &self,
        mut take: impl FnMut(&[Option<Vec<u8>>]) -> Result<()>,
    ) -> Result<()> {
        let mut file = self.open()?;
        let mut signature = vec![0; SIGNATURE.len()];
        file.read_exact(&mut signature)?;
        if signature != SIGNATURE {
            bail!("{} is not a spool", self.path.display());
        }
        let mut fields: Vec<Option<Vec<u8>>> = Vec::new();
        while let Some(count) = read_count(&mut file)? {
            fields.resize(count, None);
            for field in &mut fields {
                read_field(&mut file, field)?;
            }
            take(&fields)?;
        }
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // A file left behind in the temporary folder harms nobody.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn read_count(file: &mut impl Read) -> Result<Option<usize>> {
    let mut count = [0; 2];
    file.read_exact(&mut count)?;
    let count = i16::from_be_bytes(count);
    Ok(usize::try_from(count).ok())
}

fn read_field(file: &mut impl Read, field: &mut Option<Vec<u8>>) -> Result<()> {
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    let Ok(length) = usize::try_from(i32::from_be_bytes(length)) else {
        *field = None;
        return Ok(());
    };
    let bytes = field.get_or_insert_with(Vec::new);
    bytes.resize(length, 0);
    file.read_exact(bytes)?;
    Ok(())
}
