//! Files with one small number per row, held in memory while a stage works.
//!
//! A code is one byte and a place four, so that ten million rows take 10 and 40 MB.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

/// One byte per row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Codes(Vec<u8>);

impl Codes {
    /// So many rows with the code 0.
    pub(crate) fn blank(rows: usize) -> Self {
        Self(vec![0; rows])
    }

    pub(crate) fn push(&mut self, code: u8) {
        self.0.push(code);
    }

    pub(crate) fn get(&self, row: usize) -> u8 {
        self.0.get(row).copied().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, row: usize, code: u8) {
        if let Some(place) = self.0.get_mut(row) {
            *place = code;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn count(&self, code: u8) -> i64 {
        self.0.iter().filter(|other| **other == code).count() as i64
    }

    /// The first row at or after `from` whose code satisfies a condition.
    pub(crate) fn position(&self, from: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
        self.0
            .iter()
            .skip(from)
            .position(|code| wanted(*code))
            .map(|offset| from + offset)
    }

    pub(crate) fn save(&self, path: &Path) -> io::Result<()> {
        write_all(path, &self.0)
    }

    pub(crate) fn load(path: &Path) -> io::Result<Self> {
        fs::read(path).map(Self)
    }
}

/// Four bytes per row.
#[derive(Debug)]
pub(crate) struct Numbers(Vec<u32>);

impl Numbers {
    /// What stands for a row that has no number.
    const NONE: u32 = u32::MAX;

    pub(crate) fn new(rows: usize) -> Self {
        Self(vec![Self::NONE; rows])
    }

    pub(crate) fn set(&mut self, row: usize, number: u32) {
        if let Some(place) = self.0.get_mut(row) {
            *place = number;
        }
    }

    pub(crate) fn get(&self, row: usize) -> Option<u32> {
        let number = self.0.get(row).copied();
        number.filter(|number| *number != Self::NONE)
    }

    pub(crate) fn save(&self, path: &Path) -> io::Result<()> {
        let mut file = File::create(path)?;
        for part in self.0.chunks(16 << 10) {
            let bytes: Vec<u8> = part
                .iter()
                .flat_map(|number| number.to_le_bytes())
                .collect();
            file.write_all(&bytes)?;
        }
        file.sync_data()
    }

    /// The number of one row, read from the file alone.
    pub(crate) fn read(file: &mut File, row: u64) -> io::Result<Option<u32>> {
        file.seek(SeekFrom::Start(row * 4))?;
        let mut bytes = [0; 4];
        file.read_exact(&mut bytes)?;
        let number = u32::from_le_bytes(bytes);
        Ok((number != Self::NONE).then_some(number))
    }
}

fn write_all(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back_and_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes");
        let mut codes = Codes::default();
        [3, 1, 3].into_iter().for_each(|code| codes.push(code));
        codes.set(0, 1);
        codes.save(&path).unwrap();
        let read = Codes::load(&path).unwrap();
        assert_eq!(
            (read.len(), read.get(0), read.count(1), read.count(3)),
            (3, 1, 2, 1)
        );
        assert_eq!(read.position(1, |code| code == 3), Some(2));
        assert_eq!(read.position(0, |code| code == 9), None);
    }

    #[test]
    fn numbers_are_read_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers");
        let mut numbers = Numbers::new(3);
        numbers.set(2, 7);
        numbers.save(&path).unwrap();
        let mut file = File::open(&path).unwrap();
        assert_eq!(Numbers::read(&mut file, 2).unwrap(), Some(7));
        assert_eq!(Numbers::read(&mut file, 0).unwrap(), None);
        assert!(Numbers::read(&mut file, 3).is_err());
    }
}
