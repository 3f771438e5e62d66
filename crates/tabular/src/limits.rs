//! The bounds every read keeps, whatever the bytes say.

/// Upper bounds of one read. Going over one refuses the file with the bound named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file as given.
    pub upload_bytes: u64,
    /// Size after unpacking gzip, zip or a workbook's parts.
    pub unpacked_bytes: u64,
    /// Highest ratio of unpacked to packed size, once 16 MiB have been unpacked.
    pub unpack_ratio: u64,
    /// Number of entries in a zip archive.
    pub zip_entries: usize,
    /// Length of one record, line breaks included.
    pub record_bytes: usize,
    /// Length of one cell.
    pub cell_bytes: usize,
    /// Number of cells in one record.
    pub columns: usize,
    /// Text held in memory for a workbook's shared strings.
    pub shared_strings_bytes: usize,
    /// Size of an old binary workbook, which has to be held in memory.
    pub xls_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_bytes: 1 << 30,
            unpacked_bytes: 4 << 30,
            unpack_ratio: 50,
            zip_entries: 10_000,
            record_bytes: 8 << 20,
            cell_bytes: 1 << 20,
            columns: 32_768,
            shared_strings_bytes: 128 << 20,
            xls_bytes: 64 << 20,
        }
    }
}
